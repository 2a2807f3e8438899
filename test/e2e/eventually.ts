/** Asks until `holds` does, and gives what it held for. @throws with the last answer when it does not hold in time */
export async function eventually<Answer>(
  ask: () => Promise<Answer>,
  holds: (answer: Answer) => boolean,
  limitMs = 30_000,
): Promise<Answer> {
  const deadlineMs = Date.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (holds(answer)) return answer;
    if (Date.now() > deadlineMs) throw new Error(`It did not come to hold: ${JSON.stringify(answer)}`);
    await new Promise(resolve => setTimeout(resolve, 25));
  }
}
