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
  /** What PostgreSQL keeps at hand of the tables. */
  sharedBuffers: string;
}

export const readMachineFacts = async (databaseUrl: string): Promise<MachineFacts> => {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ version: string; shared_buffers: string }>(
      `select current_setting('server_version') as version, current_setting('shared_buffers') as shared_buffers`,
    );
    return {
      processor: cpus()[0]?.model ?? 'unknown processor',
      cores: availableParallelism(),
      memoryGb: Math.round(totalmem() / 2 ** 30),
      platform: `${platform()} ${process.arch}`,
      node: process.versions.node,
      postgres: rows[0]?.version ?? 'unknown',
      sharedBuffers: rows[0]?.shared_buffers ?? 'unknown',
    };
  } finally {
    await client.end();
  }
};
