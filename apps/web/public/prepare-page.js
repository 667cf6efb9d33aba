// Runs before the first paint, so that a dark page never flashes white. It is a file of its own because the
// content security policy allows no inline script; the key is the one that Mantine stores the choice under.
(() => {
  const prefersDark = matchMedia('(prefers-color-scheme: dark)').matches;
  const stored = (() => {
    try {
      return localStorage.getItem('mantine-color-scheme-value');
    } catch {
      return null;
    }
  })();
  const scheme = stored === 'light' || stored === 'dark' ? stored : prefersDark ? 'dark' : 'light';
  document.documentElement.setAttribute('data-mantine-color-scheme', scheme);
})();
