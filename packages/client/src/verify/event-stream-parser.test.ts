import { expect, test } from 'vitest';
import { EventStreamParser, type ServerSentEvent } from './event-stream-parser.ts';

const read = (pieces: string[]): ServerSentEvent[] => {
  const parser = new EventStreamParser();
  return pieces.flatMap((piece) => parser.push(piece));
};

const STREAM = 'retry: 1500\n\n: ping\n\nevent: change\nid: 7\ndata: {"a":\ndata:  1}\n\ndata: é🔑\n\nevent: cut';

const EVENTS = [
  { type: 'change', data: '{"a":\n 1}', lastEventId: '7' },
  { type: 'message', data: 'é🔑', lastEventId: '7' },
];

test('reads events, and leaves out what is not complete', () => {
  expect(read([STREAM])).toEqual(EVENTS);
});

test.each(['\n', '\r', '\r\n'])('reads the same wherever the stream is cut, with lines that end in %j', (lineEnd) => {
  const stream = STREAM.replaceAll('\n', lineEnd);
  for (let cut = 1; cut < stream.length; cut += 1) {
    expect(read([stream.slice(0, cut), stream.slice(cut)])).toEqual(EVENTS);
  }
  expect(read(stream.split(''))).toEqual(EVENTS);
});

test('an id stays until there is another one, fields that are not known are left alone', () => {
  expect(read(['id: 1\nfoo: bar\nfoo\ndata\n\nid: a\0b\ndata:x\n\nid\ndata: y\n\n'])).toEqual([
    { type: 'message', data: '', lastEventId: '1' },
    { type: 'message', data: 'x', lastEventId: '1' },
    { type: 'message', data: 'y', lastEventId: '' },
  ]);
});

test('knows how long the service wants its readers to wait', () => {
  const parser = new EventStreamParser();
  expect(parser.retryMs).toBeNull();
  parser.push('retry: 1500\nretry: soon\n\n');
  expect(parser.retryMs).toBe(1500);
});

test('an event without an end is given up, a long stream of short ones is not', () => {
  const megabyte = 'x'.repeat(1024 * 1024);
  const endless = new EventStreamParser();
  endless.push('data: ');
  expect(() => Array.from({ length: 33 }, () => endless.push(megabyte))).toThrow('too long');

  const long = new EventStreamParser();
  const cutInTwo = [`a\n\ndata: ${megabyte}`, `\n\ndata: `];
  long.push('data: ');
  for (let round = 0; round < 40; round += 1) for (const piece of cutInTwo) long.push(piece);
});
