import { parentPort, workerData } from 'node:worker_threads';
import bcrypt from 'bcrypt';

export interface BcryptLoopOptions {
  password: string;
  hash: string;
  seconds: number;
}
export interface BcryptLoopResult {
  perSecond: number;
}

const { password, hash, seconds } = workerData as BcryptLoopOptions;

bcrypt.compareSync(password, hash);
const startedAt = performance.now();
const elapsedSeconds = (): number => (performance.now() - startedAt) / 1000;
let compared = 0;
while (elapsedSeconds() < seconds) {
  if (!bcrypt.compareSync(password, hash)) throw new Error('The password does not match');
  compared += 1;
}
const result: BcryptLoopResult = { perSecond: compared / elapsedSeconds() };
parentPort?.postMessage(result);
