import { registerHooks } from 'node:module';

// Says which modules of OpenTelemetry a process loads, whether by `import` or by `require`.
registerHooks({
  load: (url, context, nextLoad) => {
    const name = /\/node_modules\/(@opentelemetry\/[\w-]+)\/(?!.*\/node_modules\/)/.exec(url)?.[1];
    if (name !== undefined) process.stderr.write(`loaded ${name}\n`);
    return nextLoad(url, context);
  },
});
