import { createAuth } from '@latchkey/auth';
import { readEnv } from './env.ts';
import { createNotesApp } from './notes-app.ts';

const { databaseUrl, port } = readEnv();
const publicUrl = `http://localhost:${port}`;
const auth = await createAuth({ databaseUrl, publicUrl });

const server = createNotesApp(auth).listen(port, () => process.stdout.write(`Notes at ${publicUrl}\n`));

const stop = () => server.close(() => void auth.close());
process.once('SIGINT', stop).once('SIGTERM', stop);
