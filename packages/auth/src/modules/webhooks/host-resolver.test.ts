import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type Answers, startNameServer } from '../../../test/name-server.ts';
import { createWebhookReceiver } from '../../../test/webhook-receiver.ts';
import { createWebhookScene } from '../../../test/webhook-scene.ts';
import { HostResolver } from './host-resolver.ts';

const MORE_THAN_THERE_ARE_THREADS = 16;

const hostsFileWith = async (text: string): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-hosts-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'hosts');
  await writeFile(file, text);
  return file;
};

test('a name has the addresses of both kinds that its name server knows', async () => {
  await using server = await startNameServer({
    'both.example': { A: ['192.0.2.1', '192.0.2.2'], AAAA: ['2001:db8::1'] },
    'six.example': { AAAA: ['2001:db8::6'] },
    'none.example': {},
  });
  const resolver = new HostResolver({ nameServers: [server.address] });
  expect((await resolver.resolve('both.example')).toSorted()).toEqual(['192.0.2.1', '192.0.2.2', '2001:db8::1']);
  expect(await resolver.resolve('six.example')).toEqual(['2001:db8::6']);
  await expect(resolver.resolve('none.example')).rejects.toMatchObject({ code: 'ENODATA' });
  await expect(resolver.resolve('unknown.example')).rejects.toMatchObject({ code: 'ENOTFOUND' });
});

test('the hosts file comes first, and names of this machine are asked of nobody', async () => {
  await using server = await startNameServer({});
  const hostsFile = await hostsFileWith(
    '# comments\n127.0.0.1 localhost\n10.0.0.7\tReceiver.internal receiver # ours\nfd00::7 receiver\n',
  );
  const resolver = new HostResolver({ nameServers: [server.address], hostsFile });
  expect(await resolver.resolve('receiver')).toEqual(['10.0.0.7', 'fd00::7']);
  expect(await resolver.resolve('RECEIVER.internal.')).toEqual(['10.0.0.7']);
  for (const name of ['localhost', 'localhost.', 'app.localhost']) {
    expect(await resolver.resolve(name)).toEqual(['127.0.0.1', '::1']);
  }
  expect(server.asked).toEqual([]);
  const withoutFile = new HostResolver({ nameServers: [server.address], hostsFile: `${hostsFile}.gone` });
  await expect(withoutFile.resolve('receiver')).rejects.toMatchObject({ code: 'ENOTFOUND' });
});

test('a name server that hangs is given up, and keeps neither names nor files of others waiting', async () => {
  await using server = await startNameServer({ 'slow.example': 'hangs', 'quick.example': { A: ['192.0.2.1'] } });
  const resolver = new HostResolver({ nameServers: [server.address], timeoutMs: 500 });
  const order: string[] = [];
  const slow = Array.from({ length: MORE_THAN_THERE_ARE_THREADS }, () =>
    resolver.resolve('slow.example').catch(({ code }: NodeJS.ErrnoException) => void order.push(String(code))),
  );
  expect(await resolver.resolve('quick.example')).toEqual(['192.0.2.1']);
  await stat(import.meta.filename);
  order.push('quick');
  await Promise.all(slow);
  expect(order).toEqual(['quick', ...Array(MORE_THAN_THERE_ARE_THREADS).fill('ECANCELLED')]);
});

test('webhooks whose name servers hang hold up nobody else', async () => {
  const answers: Answers = { 'slow.example': { A: ['127.0.0.1'] }, 'quick.example': { A: ['127.0.0.1'] } };
  await using server = await startNameServer(answers);
  const resolver = new HostResolver({ nameServers: [server.address], timeoutMs: 20_000 });
  await using scene = await createWebhookScene({
    timeoutSeconds: 20,
    resolve: (hostname) => resolver.resolve(hostname),
  });
  await using receiver = await createWebhookReceiver();
  await Promise.all(
    Array.from({ length: MORE_THAN_THERE_ARE_THREADS }, () => scene.create({ url: 'http://slow.example:1/hook' })),
  );
  await scene.create({ url: `http://quick.example:${receiver.port}/hook` });
  answers['slow.example'] = 'hangs';
  await scene.publish('user.banned');
  await receiver.gets(1);
  expect(await scene.settled()).toBe(0);
});

test('a webhook whose name server hangs is made all the same: nobody knows its host today', async () => {
  await using server = await startNameServer({ 'slow.example': 'hangs' });
  const resolver = new HostResolver({ nameServers: [server.address], timeoutMs: 300 });
  await using scene = await createWebhookScene({ resolve: (hostname) => resolver.resolve(hostname) });
  expect(await scene.create({ url: 'https://slow.example/hook' })).toMatchObject({ enabled: true });
});
