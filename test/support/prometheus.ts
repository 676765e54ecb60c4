/** One metric as a scrape finds it. */
export interface ScrapedFamily {
  readonly type: string;
  readonly help: string;
  /** By the name of the sample and its labels, such as `x_bucket{le="1"}`. */
  readonly samples: ReadonlyMap<string, ScrapedSample>;
}

export interface ScrapedSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const SUFFIXES: Readonly<Record<string, readonly string[]>> = {
  counter: [""],
  gauge: [""],
  histogram: ["_bucket", "_sum", "_count"],
};
const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\["\\n])*)"(?:,|$)/y;

/**
 * Reads the text format 0.0.4 by its grammar, and more strictly than Prometheus does: each metric
 * once, with HELP and TYPE before its samples, no sample twice, histograms whole and cumulative.
 * Throws on the first line that is not so.
 */
export function readExposition(text: string): Map<string, ScrapedFamily> {
  if (text !== "" && !text.endsWith("\n")) throw new Error("The last line has no end.");
  const families = new Map<
    string,
    { type: string; help: string; samples: Map<string, ScrapedSample> }
  >();
  let current = "";
  for (const line of text.split("\n").slice(0, -1)) {
    const fail = (why: string): never => {
      throw new Error(`${why}: ${line}`);
    };
    const [, keyword, name = "", rest = ""] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? [];
    if (keyword === "HELP") {
      if (!NAME.test(name) || families.has(name)) fail("A name is wrong or comes again");
      families.set(name, { type: "", help: rest, samples: new Map() });
      current = name;
      continue;
    }
    const family = families.get(current) ?? fail("There is no HELP before");
    if (keyword === "TYPE") {
      if (name !== current || family.type !== "" || !(rest in SUFFIXES)) fail("A wrong TYPE");
      family.type = rest;
      continue;
    }
    const [, sample = "", inner = "", value = ""] = SAMPLE.exec(line) ?? fail("Not a sample");
    if (!SUFFIXES[family.type]?.some((suffix) => sample === current + suffix)) {
      fail(`Not a sample of the ${family.type} ${current}`);
    }
    const key = line.slice(0, line.lastIndexOf(" "));
    if (family.samples.has(key)) fail("A sample comes again");
    const labels = labelsOf(inner) ?? fail("Wrong labels");
    family.samples.set(key, { name: sample, labels, value: numberOf(value) ?? fail("No number") });
  }
  for (const [name, family] of families) {
    if (family.type === "histogram") checkHistogram(name, [...family.samples.values()]);
  }
  return families;
}

function labelsOf(text: string): Record<string, string> | undefined {
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  let end = 0;
  for (let found = LABEL.exec(text); found; found = end < text.length ? LABEL.exec(text) : null) {
    const [, name = "", value = ""] = found;
    if (name in labels || name.startsWith("__")) return undefined;
    labels[name] = value.replaceAll(/\\(.)/g, (_, escaped: string) =>
      escaped === "n" ? "\n" : escaped,
    );
    end = LABEL.lastIndex;
  }
  return end === text.length ? labels : undefined;
}

function numberOf(text: string): number | undefined {
  if (text === "+Inf") return Infinity;
  const number = Number(text);
  return Number.isFinite(number) ? number : undefined;
}

/** Buckets ascend, are cumulative and end with all; sum and count are there. */
function checkHistogram(name: string, samples: readonly ScrapedSample[]): void {
  const series = new Map<string, ScrapedSample[]>();
  for (const sample of samples) {
    const { le: _le, ...labels } = sample.labels;
    const key = JSON.stringify(labels);
    series.set(key, [...(series.get(key) ?? []), sample]);
  }
  for (const [labels, all] of series) {
    const buckets = all.filter((sample) => sample.name === `${name}_bucket`);
    const bounds = buckets.map((sample) => numberOf(sample.labels.le ?? "") ?? NaN);
    const counts = buckets.map(({ value }) => value);
    const ascends = (numbers: readonly number[], strictly: boolean) =>
      numbers.every((each, i) => {
        const before = numbers[i - 1] ?? -Infinity;
        return strictly ? each > before : each >= before;
      });
    const count = all.find((sample) => sample.name === `${name}_count`)?.value;
    const sum = all.find((sample) => sample.name === `${name}_sum`)?.value;
    const isWhole =
      bounds.at(-1) === Infinity && count === counts.at(-1) && sum !== undefined && sum >= 0;
    if (!ascends(bounds, true) || !ascends(counts, false) || !isWhole) {
      throw new Error(`The histogram ${name} of ${labels} is not whole.`);
    }
  }
}
