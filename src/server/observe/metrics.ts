/** Upper bounds of the duration histogram's buckets, in seconds. */
const BUCKETS = [0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5] as const;

type Labels = Readonly<Record<string, string>>;

interface Histogram {
  readonly counts: number[];
  sum: number;
  count: number;
}

/**
 * Counters and one histogram in Prometheus' text format 0.0.4. Labels come from closed lists (routes, codes), never from
 * a request's content: neither memory nor the page grows with what strangers send.
 */
export class Metrics {
  readonly #counters = new Map<string, { readonly help: string; readonly values: Map<string, number> }>();
  readonly #durations = new Map<string, Histogram>();

  count(name: string, help: string, labels: Labels = {}, by = 1): void {
    let counter = this.#counters.get(name);
    if (!counter) this.#counters.set(name, (counter = { help, values: new Map() }));
    const key = format(labels);
    counter.values.set(key, (counter.values.get(key) ?? 0) + by);
  }

  duration(labels: Labels, seconds: number): void {
    const key = format(labels);
    let histogram = this.#durations.get(key);
    if (!histogram) this.#durations.set(key, (histogram = { counts: BUCKETS.map(() => 0), sum: 0, count: 0 }));
    BUCKETS.forEach((bound, i) => {
      if (seconds <= bound) histogram.counts[i] = (histogram.counts[i] as number) + 1;
    });
    histogram.sum += seconds;
    histogram.count++;
  }

  render(): string {
    const lines: string[] = [];
    for (const [name, { help, values }] of this.#counters) {
      lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} counter`);
      for (const [labels, value] of values) lines.push(`${name}${labels} ${value}`);
    }
    const name = 'secure_meeting_request_seconds';
    lines.push(`# HELP ${name} Time to answer.`, `# TYPE ${name} histogram`);
    for (const [labels, { counts, sum, count }] of this.#durations) {
      const inner = labels.slice(1, -1);
      BUCKETS.forEach((bound, i) => lines.push(`${name}_bucket{${inner},le="${bound}"} ${counts[i]}`));
      lines.push(
        `${name}_bucket{${inner},le="+Inf"} ${count}`,
        `${name}_sum${labels} ${sum}`,
        `${name}_count${labels} ${count}`,
      );
    }
    return `${lines.join('\n')}\n`;
  }
}

function format(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${value.replace(/["\\\n]/g, '')}"`);
  return pairs.length ? `{${pairs.join(',')}}` : '';
}
