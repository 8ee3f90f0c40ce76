import './styles.ts';
import { MantineProvider } from '@mantine/core';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { RouterProvider } from 'react-router';
import { Provider } from 'urql';
import { openClient } from './api/client.ts';
import { openRouter } from './routes.tsx';
import { readableColors, theme } from './theme.ts';

/** What the policy of the page lets styles in by; Vite leaves it in the page. */
function styleNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
}

// Where what keeps the page from scrolling behind a dialog looks for the same.
Object.assign(window, { __webpack_nonce__: styleNonce() });

const root = document.querySelector('#root');
if (root === null) throw new Error('The page has no place for the client.');
createRoot(root).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      cssVariablesResolver={readableColors}
      defaultColorScheme="auto"
      getStyleNonce={styleNonce}
    >
      <Provider value={openClient()}>
        <RouterProvider router={openRouter()} />
      </Provider>
    </MantineProvider>
  </StrictMode>,
);
