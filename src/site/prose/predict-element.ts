/** `<predict-question>`: keeps the reader's guess in this browser and compares it with the answer. */
import { isRight } from './predict.ts';

class PredictQuestion extends HTMLElement {
  connectedCallback(): void {
    const form = this.querySelector('form');
    const button = this.querySelector('button');
    if (form === null || button === null) return;
    button.hidden = false;
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const guess = new FormData(form).get('guess');
      if (typeof guess !== 'string') return;
      this.#store(guess);
      this.#judge(guess);
    });
    const earlier = this.#stored();
    if (earlier === null) return;
    for (const input of form.querySelectorAll('input')) {
      if (input.type === 'number') input.value = earlier;
      else input.checked = input.value === earlier;
    }
    this.#judge(earlier, false);
  }

  #judge(guess: string, open = true): void {
    const { answer = '', yours = '', right = '', wrong = '' } = this.dataset;
    const verdict = this.querySelector('.predict-verdict');
    const details = this.querySelector('details');
    const judged = isRight(guess, answer) ? right : wrong.replace('%s', answer);
    if (verdict !== null) verdict.textContent = `${yours.replace('%s', guess)} ${judged}`;
    if (details !== null && open) details.open = true;
  }

  /** Storage can be forbidden; then a guess lasts as long as the page. */
  #store(guess: string): void {
    try {
      localStorage.setItem(this.dataset['key'] ?? '', guess);
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
    }
  }

  #stored(): string | null {
    try {
      return localStorage.getItem(this.dataset['key'] ?? '');
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
      return null;
    }
  }
}

customElements.define('predict-question', PredictQuestion);
