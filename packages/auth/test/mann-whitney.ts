/**
 * How likely two samples would differ this much if they came from the same distribution: the two-sided p of the
 * Mann-Whitney U test, by its normal approximation with a correction for ties. Good for 20 values and more each.
 */
export const mannWhitney = (a: number[], b: number[]): number => {
  const all = [...a.map((value) => ({ value, isA: true })), ...b.map((value) => ({ value, isA: false }))];
  all.sort((x, y) => x.value - y.value);
  let rankSum = 0;
  let ties = 0;
  for (let start = 0; start < all.length; ) {
    let end = start;
    while (end < all.length && all[end]?.value === all[start]?.value) end += 1;
    const rank = (start + 1 + end) / 2;
    const size = end - start;
    ties += size ** 3 - size;
    rankSum += rank * all.slice(start, end).filter(({ isA }) => isA).length;
    start = end;
  }
  const n = all.length;
  const u = rankSum - (a.length * (a.length + 1)) / 2;
  const variance = ((a.length * b.length) / 12) * (n + 1 - ties / (n * (n - 1)));
  const distance = Math.max(0, Math.abs(u - (a.length * b.length) / 2) - 0.5);
  return variance === 0 ? 1 : 2 * (1 - normal(distance / Math.sqrt(variance)));
};

/** The standard normal distribution (Abramowitz and Stegun 26.2.17; error below 7.5e-8). */
const normal = (z: number): number => {
  const t = 1 / (1 + 0.2316419 * z);
  const tail = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return 1 - (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * tail;
};

/**
 * Whether two kinds of calls take the same time, as far as so many pairs of them can tell. What one sample in a hundred
 * shows by chance, the next one does not; a difference that is there shows each time.
 */
export const takeAsLong = async (pairs: number, calls: Parameters<typeof timeInTurns>[1]): Promise<boolean> => {
  for (let attempt = 0; attempt < 3; attempt += 1) {
    if (mannWhitney(...(await timeInTurns(pairs, calls))) > 0.01) return true;
  }
  return false;
};

/**
 * How long two kinds of calls take, in milliseconds, measured in turns. Which one comes first is drawn for each pair,
 * so that neither profits from what the other has warmed up or left behind.
 */
const timeInTurns = async (
  pairs: number,
  [one, other]: [one: (index: number) => Promise<unknown>, other: (index: number) => Promise<unknown>],
): Promise<[number[], number[]]> => {
  const times: [number[], number[]] = [[], []];
  const measure = async (kind: 0 | 1, index: number) => {
    const startedAt = performance.now();
    await (kind === 0 ? one : other)(index);
    times[kind].push(performance.now() - startedAt);
  };
  for (let index = 0; index < pairs; index += 1) {
    const first = Math.random() < 0.5 ? 0 : 1;
    await measure(first, index);
    await measure(first === 0 ? 1 : 0, index);
  }
  return times;
};
