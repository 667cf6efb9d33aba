import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import './theme/mantine.css';
import './theme/page.css';
import { provideScrollLockNonce } from './theme/provide-scroll-lock-nonce.ts';

provideScrollLockNonce();
const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no element with the id "root".');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
