/** Metrics as Prometheus reads them: each series, as it is written, with its value. */
export const readFigures = async ({ metrics }: { metrics(): Promise<string> }): Promise<Record<string, number>> => {
  const lines = (await metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  );
};
