import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTestAuth } from '@latchkey/auth/testing';
import { expect, test } from 'vitest';
import { createMetricsReader } from './metrics.ts';

const read = (path: string): string => readFileSync(join(import.meta.dirname, '../../../..', path), 'utf8');

const FILES = {
  page: read('docs/metrics.md'),
  dashboard: read('docker/grafana/dashboards/latchkey.json'),
  alerts: read('docker/prometheus/alerts.yml'),
};

const namesIn = (text: string): string[] => [
  ...new Set(
    (text.match(/\b(?:auth|nodejs|process)_\w+/g) ?? []).map((name) => name.replace(/_(bucket|count|sum)$/, '')),
  ),
];

/** What is served, with or without a value at the moment. */
const served = async (): Promise<string[]> => {
  await using t = await createTestAuth();
  const text = await createMetricsReader(t.auth)();
  return [...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name = '']) => name);
};

test('page, dashboard and alerts speak of metrics that there are', async () => {
  const names = await served();
  for (const [file, text] of Object.entries(FILES)) {
    const odd = namesIn(text).filter((name) => !names.includes(name) && !['nodejs_', 'process_'].includes(name));
    expect([file, odd]).toEqual([file, []]);
  }
});

test('each metric of ours is on the page and on the dashboard', async () => {
  const names = (await served()).filter((name) => name.startsWith('auth_'));
  expect(names.length).toBeGreaterThan(10);
  for (const name of names) expect(FILES.page).toContain(`\n| \`${name}\` |`);
  expect(names.filter((name) => !FILES.dashboard.includes(name))).toEqual([]);
});

test('the page says something about each alert', () => {
  for (const [, name = ''] of FILES.alerts.matchAll(/- alert: (\w+)/g)) expect(FILES.page).toContain(`\`${name}\``);
});
