// What has to be so before the first paint and before the first module runs. A file of its own, because the
// content security policy allows no inline script.
(() => {
  const storedScheme = () => {
    try {
      return localStorage.getItem('mantine-color-scheme-value');
    } catch {
      return null;
    }
  };

  // A dark page should never flash white. The key is the one that Mantine keeps the choice under.
  const stored = storedScheme();
  const preferred = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  const scheme = stored === 'light' || stored === 'dark' ? stored : preferred;
  document.documentElement.setAttribute('data-mantine-color-scheme', scheme);

  // What z.config({ jitless: true }) sets, early enough: zod would try out `new Function` while the schemas are
  // defined, and the policy would report that.
  globalThis.__zod_globalConfig = { jitless: true };
})();
