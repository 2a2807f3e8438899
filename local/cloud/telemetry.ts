/** One metric datum, as CloudWatch would receive it. */
export interface MetricDatum {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly value: number;
  /** CloudWatch's unit names. @default None */
  readonly unit?: string;
}

/** Takes the metrics that services publish about themselves (`AWS/Lambda`, `AWS/SQS`, …). Never throws. */
export type MetricSink = (datum: MetricDatum) => void;

export interface LogLine {
  readonly logGroup: string;
  readonly logStream: string;
  readonly message: string;
}

/** Takes log lines, making group and stream as needed; lines in embedded metric format become metrics. Never throws. */
export type LogSink = (line: LogLine) => void;

export const noMetrics: MetricSink = () => {};
export const noLogs: LogSink = () => {};
