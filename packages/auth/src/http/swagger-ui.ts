import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import express, { type Router } from 'express';
import { pageSecurityHeaders } from './security-headers.ts';

const page = (openApiUrl: string, base: string) => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Latchkey API</title>
    <link rel="icon" type="image/png" href="${base}/favicon-32x32.png">
    <link rel="stylesheet" href="${base}/swagger-ui.css">
  </head>
  <body>
    <div id="swagger-ui" data-url="${openApiUrl}"></div>
    <script src="${base}/swagger-ui-bundle.js"></script>
    <script src="${base}/start.js"></script>
  </body>
</html>
`;

const START = `const element = document.getElementById('swagger-ui');
SwaggerUIBundle({ url: element.dataset.url, domNode: element, deepLinking: true, withCredentials: true, tryItOutEnabled: true, showExtensions: true, defaultModelsExpandDepth: 0 });
`;

/** Swagger UI from the files of its own package: nothing is loaded from elsewhere. */
export const swaggerUi = (isHttps: boolean): Router => {
  const files = dirname(fileURLToPath(import.meta.resolve('swagger-ui-dist/package.json')));
  const ui = express.Router();
  ui.use(pageSecurityHeaders({ isHttps, styleSources: ["'unsafe-inline'"] }));
  ui.get('/start.js', (_req, res) => void res.type('text/javascript').send(START));
  ui.get('/', (req, res) => {
    const prefix = req.baseUrl.replace(/\/docs$/, '');
    res.type('html').send(page(`${prefix}/api/v1/openapi.json`, req.baseUrl));
  });
  ui.use(express.static(files, { index: false, maxAge: '1d' }));
  return ui;
};
