// Runs in the head, before anything is drawn: sets the theme, so that a page never flashes in the wrong one, and at the first
// page of a visit lets the fonts of code and italics wait until the text is there. Nothing compiles this.
(function () {
  var root = document.documentElement;
  var read = function (storage, key) {
    try {
      return window[storage].getItem(key);
    } catch {
      return null;
    }
  };
  var theme = read('localStorage', 'theme');
  var dark = matchMedia('(prefers-color-scheme: dark)').matches;
  root.dataset.theme = theme === 'dark' || theme === 'light' ? theme : dark ? 'dark' : 'light';
  if (read('sessionStorage', 'fonts') === 'here') return;
  root.classList.add('fonts-wait');
  var go = function () {
    root.classList.remove('fonts-wait');
    document.fonts.ready.then(function () {
      try {
        sessionStorage.setItem('fonts', 'here');
      } catch {
        return;
      }
    });
  };
  addEventListener('load', function () {
    setTimeout(go, 300);
  });
})();
