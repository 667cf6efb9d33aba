import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig, loadEnv } from 'vite';

export default defineConfig(({ mode }) => {
  // The same settings as the server's: what the shell says, then `.env`.
  const { PORT = '4000' } = loadEnv(mode, join(import.meta.dirname, '../..'), 'PORT');
  const service = `http://localhost:${PORT}`;
  return {
    plugins: [react()],
    clearScreen: false,
    server: {
      port: 5173,
      proxy: Object.fromEntries(['/api', '/trpc', '/docs', '/health'].map((path) => [path, service])),
    },
    // A data: URL in a style sheet would need its own permission in the content security policy.
    build: { assetsInlineLimit: 0 },
  };
});
