import type { CSSVariablesResolver } from '@mantine/core';

/**
 * Where Mantine's own shades do not fit our surfaces: text too pale to be read with ease (WCAG 2.2, 1.4.3 asks
 * for 4.5 to 1), and tints that are black on dark.
 */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-text': '#17201d',
    '--mantine-color-dimmed': '#5b6763',
    '--mantine-color-error': '#c92a2a',
    '--mantine-color-placeholder': '#76827d',
  },
  dark: {
    '--mantine-color-text': '#e4e8e6',
    '--mantine-color-dimmed': '#9aa5a0',
    '--mantine-color-error': '#ff8787',
    '--mantine-color-placeholder': '#87928d',
    '--mantine-color-pine-light': 'rgb(92 179 153 / 16%)',
    '--mantine-color-pine-light-color': '#83c6b1',
    '--mantine-color-gray-light': 'rgb(185 192 189 / 14%)',
    '--mantine-color-gray-light-color': '#c9cfcc',
    '--mantine-color-red-light': 'rgb(250 82 82 / 15%)',
  },
});
