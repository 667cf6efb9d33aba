import { expect, test } from 'vitest';
import { SendPause } from './send-pause.ts';

const away = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ESOCKET' });
const refused = Object.assign(new Error('No such mailbox'), { code: 'EENVELOPE' });

test('a mail server that is away is tried ever less often, one mail at a time, until it is back', () => {
  const pause = new SendPause();
  expect(pause.allowed(4, 0)).toBe(4);
  let now = 0;
  for (const seconds of [1, 2, 4, 8, 16, 32, 60, 60]) {
    pause.noteFailure(away, now);
    expect(pause.allowed(4, now + seconds * 1000 - 1)).toBe(0);
    now += seconds * 1000;
    expect(pause.allowed(4, now)).toBe(1);
  }
  pause.noteSuccess();
  expect(pause.allowed(4, now)).toBe(4);
});

test('a mail that is refused holds up no other one', () => {
  const pause = new SendPause();
  pause.noteFailure(refused, 0);
  expect(pause.allowed(4, 0)).toBe(4);
});
