/** The mistakes that a model makes most. */

export interface Mistake {
  truth: string;
  answer: string;
  count: number;
}

/** `confusion` has the truth in rows and the answer in columns. */
export function listMistakes(
  classes: readonly string[],
  confusion: readonly (readonly number[])[],
  most: number,
): Mistake[] {
  const mistakes = confusion.flatMap((row, truth) =>
    row.map((count, answer) => ({
      truth: classes[truth] ?? "",
      answer: classes[answer] ?? "",
      count: truth === answer ? 0 : count,
    })),
  );
  return mistakes
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count)
    .slice(0, most);
}
