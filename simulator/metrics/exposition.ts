/** Labels of a sample, in their order. */
export type Labels = Readonly<Record<string, string>>;

/** One value of a metric. */
export interface Sample {
  readonly labels: Labels;
  readonly value: number;
}

/** One distribution; `counts` has one more than `bounds`: those above all of them. */
export interface Distribution {
  readonly labels: Labels;
  /** Upper bounds of the buckets, ascending. */
  readonly bounds: readonly number[];
  /** How many values are in each bucket alone. */
  readonly counts: readonly number[];
  readonly sum: number;
}

/** All samples of one name. */
export type MetricFamily = { readonly name: string; readonly help: string } & (
  | { readonly type: "counter" | "gauge"; readonly samples: readonly Sample[] }
  | { readonly type: "histogram"; readonly samples: readonly Distribution[] }
);

export const EXPOSITION_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** Writes metrics in Prometheus' text format 0.0.4. Families without samples are left out. */
export function exposition(families: readonly MetricFamily[]): string {
  return families
    .filter(({ samples }) => samples.length > 0)
    .map((family) => {
      const { name, help, type } = family;
      const head = `# HELP ${name} ${escaped(help)}\n# TYPE ${name} ${type}\n`;
      return head + linesOf(family).join("");
    })
    .join("");
}

function linesOf(family: MetricFamily): string[] {
  const { name } = family;
  return family.type === "histogram"
    ? family.samples.flatMap((distribution) => bucketLines(name, distribution))
    : family.samples.map(({ labels, value }) => line(name, labels, value));
}

function bucketLines(name: string, { labels, bounds, counts, sum }: Distribution): string[] {
  let total = 0;
  const buckets = counts.map((count, i) => {
    total += count;
    const bound = bounds[i];
    return line(
      `${name}_bucket`,
      { ...labels, le: bound === undefined ? "+Inf" : `${bound}` },
      total,
    );
  });
  return [...buckets, line(`${name}_sum`, labels, sum), line(`${name}_count`, labels, total)];
}

function line(name: string, labels: Labels, value: number): string {
  const pairs = Object.entries(labels).map(
    ([label, text]) => `${label}="${escaped(text).replaceAll('"', '\\"')}"`,
  );
  const set = pairs.length > 0 ? `{${pairs.join(",")}}` : "";
  return `${name}${set} ${value}\n`;
}

const escaped = (text: string) => text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
