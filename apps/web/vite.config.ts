import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const service = process.env.LATCHKEY_URL ?? 'http://localhost:4000';

export default defineConfig({
  plugins: [react()],
  server: {
    port: 5173,
    proxy: Object.fromEntries(['/api', '/trpc', '/docs', '/health'].map((path) => [path, service])),
  },
  // A data: URL in a style sheet would need its own permission in the content security policy.
  build: { assetsInlineLimit: 0 },
});
