import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { decode, encode } from 'dns-packet';

/** What it knows; it may change meanwhile. */
export type Answers = Record<string, { A?: string[]; AAAA?: string[] } | 'hangs'>;

/** A name server of one test, on this machine, by UDP. */
export interface NameServer extends AsyncDisposable {
  /** As `Resolver.setServers` has it. */
  address: string;
  asked: string[];
}

/** Knows some names, says of others that they do not exist, and nothing at all where it `hangs`. */
export const startNameServer = async (answers: Answers): Promise<NameServer> => {
  const asked: string[] = [];
  const socket = createSocket('udp4');
  socket.on('message', (message, { port, address }) => {
    const { id, questions = [] } = decode(message);
    const [question] = questions;
    if (question === undefined) return;
    const { name, type } = question;
    asked.push(`${type} ${name}`);
    const known = answers[name];
    if (known === 'hangs') return;
    const found = known?.[type as 'A' | 'AAAA'] ?? [];
    const response = encode({
      type: 'response',
      id: id ?? 0,
      // RFC 1035 §4.1.1: 3 is a name error.
      flags: known === undefined ? 3 : 0,
      questions,
      answers: found.map((data) => ({ name, type: type as 'A', ttl: 60, data })),
    });
    socket.send(response, port, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    address: `127.0.0.1:${socket.address().port}`,
    asked,
    [Symbol.asyncDispose]: async () => {
      socket.close();
    },
  };
};
