import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { ScalesIcon } from "@/components/icons";
import { Problem } from "@/components/Problem";
import { AxisNumbers, Track } from "@/components/Track";
import { useTitle } from "@/components/useTitle";
import { Waiting } from "@/components/Waiting";
import { type Compared, type Comparison, compareVersions } from "@/lib/api";
import { makeAxis } from "@/lib/axis";
import { numberText } from "@/lib/text";
import { ClassPairs } from "./ClassPairs";
import { Contestant } from "./Contestant";
import { Difference } from "./Difference";
import { SideMark } from "./SideMark";
import { Split } from "./Split";
import { verdictText } from "./words";

const route = getRouteApi("/compare/$a/$b");

export function ComparePage() {
  const { a, b } = route.useParams();
  const comparison = useQuery({
    queryKey: ["comparison", a, b],
    queryFn: () => compareVersions(a, b),
  });
  const { data } = comparison;
  useTitle(data ? `${data.a.name} against ${data.b.name}` : "Comparison");
  if (comparison.error)
    return (
      <div className="page-width py-16">
        <h1 className="text-4xl">These two cannot be compared.</h1>
        <div className="mt-6 max-w-2xl">
          <Problem error={comparison.error} onRetry={() => void comparison.refetch()} />
        </div>
        <p className="mt-6">
          <Link to="/opponents" className="text-link font-semibold">
            Choose two others
          </Link>
        </p>
      </div>
    );
  if (!data) return <Waiting text="Comparing picture by picture" />;
  return <Result comparison={data} />;
}

function Result({ comparison }: { comparison: Comparison }) {
  const { a, b, dataset, dataset_name: dataSetName } = comparison;
  const total = a.accuracy.total;
  const { title, reason } = verdictText({
    ...{ a: nameOf(a, b), b: nameOf(b, a), p: comparison.p_value },
    ...{ onlyA: comparison.only_a, onlyB: comparison.only_b },
  });
  return (
    <div className="page-width py-8 sm:py-12">
      <p className="flex items-start gap-2 text-ai">
        <ScalesIcon className="size-7" /> Two versions, {numberText(total)} pictures of{" "}
        {dataSetName}
      </p>
      <h1 className="mt-2 text-5xl wrap-anywhere sm:text-7xl">{title}</h1>
      <p className="mt-4 max-w-3xl text-lg">{reason}</p>
      <div className="mt-12 grid grid-cols-2 gap-x-4 sm:gap-x-8">
        <Contestant side="a" version={a} />
        <Contestant side="b" version={b} />
      </div>
      <Intervals comparison={comparison} />
      <div className="mt-14 grid gap-x-14 gap-y-14 border-t border-line pt-12 lg:grid-cols-2">
        <Split comparison={comparison} />
        <Difference comparison={comparison} />
      </div>
      <ClassPairs comparison={comparison} />
      <p className="mt-12">
        <Link to="/opponents" search={{ dataset }} className="text-link font-semibold">
          All versions of {dataSetName}
        </Link>
      </p>
    </div>
  );
}

/** The name, with the version where both have the same name. */
const nameOf = (version: Compared, other: Compared): string =>
  version.name === other.name ? `${version.name} ${version.version}` : version.name;

/** Both accuracies on one axis. */
function Intervals({ comparison: { a, b } }: { comparison: Comparison }) {
  const axis = makeAxis([a, b].flatMap(({ accuracy: { low, high } }) => [low, high]));
  return (
    <section aria-label="Both accuracies on one axis" className="mt-10">
      <div className="grid grid-cols-[auto_1fr] items-center gap-x-8 pr-5">
        <SideMark side="a" />
        <Track axis={axis} accuracy={a.accuracy} className="h-11" />
        <SideMark side="b" />
        <Track axis={axis} accuracy={b.accuracy} look="outlined" className="h-11" />
        <div className="col-start-2">
          <AxisNumbers axis={axis} />
        </div>
      </div>
      <p className="mt-2 text-muted">
        The squares are shares of right answers, the bars their 95 % intervals. Bars
        that overlap say little: both looked at the same pictures, so the pictures on
        which they differ say more.
      </p>
    </section>
  );
}
