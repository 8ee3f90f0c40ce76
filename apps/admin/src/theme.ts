import { createTheme, type CSSVariablesResolver } from '@mantine/core';

export const theme = createTheme({
  primaryColor: 'indigo',
  primaryShade: 8,
  fontFamily: 'system-ui, sans-serif',
  headings: { fontFamily: 'system-ui, sans-serif' },
  defaultRadius: 'sm',
  respectReducedMotion: true,
});

/** The library's own colors of quiet text, links, badges and dangerous buttons are too pale for WCAG 2.2 AA. */
export const readableColors: CSSVariablesResolver = () => ({
  variables: {
    '--mantine-color-red-filled': '#c92a2a',
    '--mantine-color-red-filled-hover': '#a61e1e',
  },
  light: {
    '--mantine-color-dimmed': '#565d64',
    '--mantine-color-placeholder': '#636a71',
    '--mantine-color-error': '#b42323',
    '--mantine-color-anchor': 'var(--mantine-color-indigo-8)',
    '--mantine-color-blue-light-color': '#0b4a8f',
    '--mantine-color-gray-light-color': '#3d434a',
    '--mantine-color-green-light-color': '#14532d',
    '--mantine-color-indigo-light-color': '#2b3f9e',
    '--mantine-color-red-light-color': '#8f1d1d',
    '--mantine-color-yellow-light-color': '#5f3b00',
  },
  dark: {
    '--mantine-color-dimmed': '#b0b3b8',
    '--mantine-color-placeholder': '#a3a6ab',
    '--mantine-color-error': '#ff8787',
    '--mantine-color-anchor': 'var(--mantine-color-indigo-3)',
  },
});
