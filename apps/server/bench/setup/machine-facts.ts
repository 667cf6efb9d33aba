import { availableParallelism, cpus, platform, totalmem } from 'node:os';
import { Client } from 'pg';

/** Where the numbers come from. */
export interface MachineFacts {
  processor: string;
  cores: number;
  memoryGb: number;
  platform: string;
  node: string;
  postgres: string;
}

export const readMachineFacts = async (databaseUrl: string): Promise<MachineFacts> => {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ server_version: string }>('show server_version');
    return {
      processor: cpus()[0]?.model ?? 'unknown processor',
      cores: availableParallelism(),
      memoryGb: Math.round(totalmem() / 2 ** 30),
      platform: `${platform()} ${process.arch}`,
      node: process.versions.node,
      postgres: rows[0]?.server_version ?? 'unknown',
    };
  } finally {
    await client.end();
  }
};
