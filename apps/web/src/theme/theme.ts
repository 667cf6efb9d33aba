import { createTheme, Drawer, Modal } from '@mantine/core';

const OVERLAY = { backgroundOpacity: 0.35, blur: 2 };

/** One accent, system fonts, generous radii. */
export const theme = createTheme({
  primaryColor: 'pine',
  primaryShade: { light: 7, dark: 6 },
  colors: {
    pine: [
      '#edf7f4',
      '#d8ece6',
      '#aed8cb',
      '#83c6b1',
      '#5cb399',
      '#37987e',
      '#207f68',
      '#136b56',
      '#0d5747',
      '#084438',
    ],
    dark: [
      '#d3d8d6',
      '#b9c0bd',
      '#8f9995',
      '#6a746f',
      '#444d49',
      '#353d3a',
      '#2a312e',
      '#1e2321',
      '#161a18',
      '#0f1211',
    ],
  },
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
  headings: { fontWeight: '650' },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Modal: Modal.extend({ defaultProps: { radius: 'lg', padding: 'lg', overlayProps: OVERLAY } }),
    Drawer: Drawer.extend({ defaultProps: { padding: 'lg', overlayProps: OVERLAY } }),
  },
});
