/** Where the example finds its database and listens. */
export const readEnv = (): { databaseUrl: string; port: number } => {
  const { DATABASE_URL, PORT = '3000' } = process.env;
  if (DATABASE_URL === undefined)
    throw new Error('Set DATABASE_URL, for example postgresql://me:secret@localhost/notes');
  return { databaseUrl: DATABASE_URL, port: Number(PORT) };
};
