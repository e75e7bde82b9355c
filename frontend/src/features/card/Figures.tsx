import type { ReactNode } from "react";
import type { Evaluation } from "@/lib/api";
import { labelText, percentText, sizeText } from "@/lib/text";

/** What the measurement says beyond the share of right answers. */
export function Figures({
  evaluation,
  sizeBytes,
}: {
  evaluation: Evaluation;
  sizeBytes: number;
}) {
  const { macro, auc, ece, latency_ms: latency } = evaluation;
  return (
    <section aria-labelledby="figures" className="mt-14 border-t border-line pt-12">
      <h2 id="figures" className="text-3xl">
        The figures
      </h2>
      <p className="mt-3 max-w-3xl text-muted">
        Counted here from its answers to pictures that are held out from training; only
        the time is what its maker measured. Means are over the classes, each counted
        alike.
      </p>
      <dl className="mt-6 grid grid-cols-2 gap-x-8 gap-y-8 md:grid-cols-4">
        <Figure name="Precision" value={percentText(macro.precision)}>
          of what it gives a name to really is that
        </Figure>
        <Figure name="Recall" value={percentText(macro.recall)}>
          of a class it finds
        </Figure>
        <Figure name="F1" value={percentText(macro.f1)}>
          both at once: their harmonic mean
        </Figure>
        <Figure name="ROC AUC" value={auc === null ? "–" : auc.toFixed(3)}>
          how often a picture of a class scores above one of another; 0.5 is guessing
        </Figure>
        <Figure name="Calibration error" value={percentText(ece)}>
          between how sure it is and how often it is right (ECE, 15 bins)
        </Figure>
        {latency && (
          <Figure name="Time" value={`${latency.median.toFixed(1)} ms`}>
            for one picture on one processor core, the median; 95 of 100 take less than{" "}
            {latency.p95.toFixed(1)} ms
          </Figure>
        )}
        <Figure name="Log loss" value={evaluation.log_loss.toFixed(2)}>
          how surprised it is by the truth, in nats; 0 is never
        </Figure>
        <Figure name="Size" value={sizeText(sizeBytes)}>
          of the whole file
        </Figure>
      </dl>
      <details className="mt-8">
        <summary className="font-semibold">Class by class</summary>
        <ClassTable rows={evaluation.per_class} />
      </details>
    </section>
  );
}

interface FigureProps {
  name: string;
  value: string;
  children: ReactNode;
}

function Figure({ name, value, children }: FigureProps) {
  return (
    <div className="border-t-2 border-ink pt-2">
      <dt className="font-medium">{name}</dt>
      <dd>
        <span className="block font-display text-3xl font-extrabold tabular-nums sm:text-4xl">
          {value}
        </span>
        <span className="mt-1 block text-sm text-muted">{children}</span>
      </dd>
    </div>
  );
}

const COLUMNS = ["Class", "Pictures", "Precision", "Recall", "F1", "AUC"];

function ClassTable({ rows }: { rows: Evaluation["per_class"] }) {
  return (
    <section
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so keys must reach it
      tabIndex={0}
      aria-label="Figures of each class"
      className="mt-3 overflow-x-auto"
    >
      <table className="w-full min-w-lg text-right tabular-nums">
        <thead>
          <tr className="border-b-2 border-ink text-sm">
            {COLUMNS.map((name) => (
              <th key={name} scope="col" className="py-2 font-medium first:text-left">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ label, total, precision, recall, f1, auc }) => (
            <tr key={label} className="border-b border-line">
              <th scope="row" className="py-1.5 text-left font-normal">
                {labelText(label)}
              </th>
              <td className="py-1.5">{total}</td>
              <td className="py-1.5">{percentText(precision)}</td>
              <td className="py-1.5">{percentText(recall)}</td>
              <td className="py-1.5">{percentText(f1)}</td>
              <td className="py-1.5">{auc === null ? "–" : auc.toFixed(3)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
