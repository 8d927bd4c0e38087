/** The page that nginx serves when nothing else is put in its place; own words, the same marks to look for. */
export const WELCOME_PAGE = `<!DOCTYPE html>
<html>
<head>
<title>Welcome to nginx!</title>
</head>
<body>
<h1>Welcome to nginx!</h1>
<p>The server runs and waits for a configuration and for pages of its own.</p>
</body>
</html>
`;
