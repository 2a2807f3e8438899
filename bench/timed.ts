/** Work that says how many units of it were done. */
export type Work = () => number | Promise<number>;

export async function perSecond(work: Work): Promise<number> {
  const startedAtMs = performance.now();
  const count = await work();
  return count / ((performance.now() - startedAtMs) / 1000);
}

export async function microsecondsEach(work: Work): Promise<number> {
  return 1e6 / (await perSecond(work));
}
