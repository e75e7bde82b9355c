import { labelText } from "@/lib/text";
import { listMistakes } from "./mistakes";

const CELL = 40;
/** Room for one character of a label, and around it. */
const LETTER = 11;
const MARGIN = 22;

interface ConfusionProps {
  classes: readonly string[];
  confusion: readonly (readonly number[])[];
}

/** What it took for what: truth in rows, answers in columns. */
export function Confusion({ classes, confusion }: ConfusionProps) {
  const size = classes.length * CELL;
  const labels = MARGIN + LETTER * Math.max(...classes.map((name) => name.length));
  const worst = listMistakes(classes, confusion, 3);
  return (
    <section aria-labelledby="confusion" className="min-w-0">
      <h2 id="confusion" className="text-3xl">
        What it mixes up
      </h2>
      <p className="mt-3 text-muted">
        One row for each true class, one column for each answer. The diagonal is right.
      </p>
      <section
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so keys must reach it
        tabIndex={0}
        aria-label="Confusion matrix"
        className="mt-5 overflow-x-auto"
      >
        <svg
          viewBox={`0 0 ${labels + size} ${labels + size}`}
          className="h-auto w-full max-w-xl min-w-md"
          role="img"
          aria-label="Confusion matrix; the most frequent mistakes are listed below"
        >
          {classes.map((name, index) => (
            <g key={name} className="fill-muted text-[19px]">
              <text
                x={labels - 10}
                y={labels + index * CELL + CELL / 2 + 6}
                textAnchor="end"
              >
                {labelText(name)}
              </text>
              <text
                transform={`translate(${labels + index * CELL + CELL / 2 + 6} ${labels - 10}) rotate(-90)`}
              >
                {labelText(name)}
              </text>
            </g>
          ))}
          {confusion.map((row, truth) => (
            <Row key={classes[truth]} row={row} truth={truth} labels={labels} />
          ))}
        </svg>
      </section>
      {worst.length > 0 ? (
        <ul className="mt-5 grid gap-1">
          {worst.map(({ truth, answer, count }) => (
            <li key={`${truth} ${answer}`}>
              {labelText(truth)} taken for {labelText(answer).toLowerCase()}:{" "}
              {count === 1 ? "once" : `${count} times`}
            </li>
          ))}
        </ul>
      ) : (
        <p className="mt-5">It mixed up nothing in this measurement.</p>
      )}
    </section>
  );
}

interface RowProps {
  row: readonly number[];
  truth: number;
  /** Where the cells begin, to the right of and below the labels. */
  labels: number;
}

function Row({ row, truth, labels }: RowProps) {
  const total = row.reduce((sum, count) => sum + count, 0);
  const y = labels + truth * CELL;
  return row.map((count, answer) => {
    const share = total > 0 ? count / total : 0;
    const x = labels + answer * CELL;
    const isRight = truth === answer;
    return (
      // biome-ignore lint/suspicious/noArrayIndexKey: the place in the matrix is the cell
      <g key={answer}>
        <rect
          x={x + 1}
          y={y + 1}
          width={CELL - 2}
          height={CELL - 2}
          rx="5"
          className="fill-sunk"
        />
        <rect
          x={x + 1}
          y={y + 1}
          width={CELL - 2}
          height={CELL - 2}
          rx="5"
          className={isRight ? "fill-ai-fill" : "fill-bad"}
          opacity={count === 0 ? 0 : 0.15 + 0.5 * share}
        />
        {count > 0 && (
          <text
            x={x + CELL / 2}
            y={y + CELL / 2 + 6}
            textAnchor="middle"
            className="fill-ink text-[17px] font-semibold tabular-nums"
          >
            {count}
          </text>
        )}
      </g>
    );
  });
}
