import { connect, type Socket } from 'node:net';

/** How somebody is slow on purpose. */
export type Slowness = 'headers' | 'body' | 'reading';

const OPENING: Record<Slowness, string> = {
  headers: 'GET /api/v1/me HTTP/1.1\r\nHost: localhost\r\n',
  body: 'POST /api/v1/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 9000\r\n\r\n{',
  reading: 'GET /api/v1/openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(20),
};

const DRIP: Record<Slowness, string> = { headers: 'X-Slow: 1\r\n', body: ' ', reading: '' };

const DRIP_MS = 1000;
const REOPEN_MS = 100;

/** Holds a connection for as long as it is let, by being slow, and opens a new one when it is hung up on. */
export class SlowClient {
  /** How often it was hung up on. */
  hangUps = 0;
  readonly #port: number;
  readonly #slowness: Slowness;
  #socket: Socket | null = null;
  #timer: NodeJS.Timeout | null = null;
  #isOver = false;

  constructor(port: number, slowness: Slowness) {
    this.#port = port;
    this.#slowness = slowness;
    this.#open();
  }

  end(): void {
    this.#isOver = true;
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#socket?.destroy();
  }

  #open(): void {
    if (this.#isOver) return;
    const socket = connect(this.#port, '127.0.0.1');
    this.#socket = socket;
    // Whatever comes is not read: that is the point of one who is slow at reading.
    if (this.#slowness === 'reading') socket.pause();
    else socket.resume();
    socket.on('error', () => {});
    socket.on('connect', () => {
      socket.write(OPENING[this.#slowness]);
      this.#timer = setInterval(() => socket.write(DRIP[this.#slowness]), DRIP_MS);
    });
    socket.on('close', () => {
      if (this.#timer !== null) clearInterval(this.#timer);
      if (this.#isOver) return;
      this.hangUps += 1;
      setTimeout(() => this.#open(), REOPEN_MS);
    });
  }
}
