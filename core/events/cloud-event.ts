/**
 * An event: CloudEvents 1.0, structured JSON, with the extensions that Millrace reads. Further extension attributes are
 * kept as they came.
 */
export interface CloudEvent<Data = unknown> {
  readonly specversion: '1.0';
  /** ULID or UUIDv7, made by the producer, so that a retry is a duplicate and not a second event. */
  readonly id: string;
  readonly source: string;
  /** `<domain>.<aggregate>.<past-tense>.v<major>` */
  readonly type: string;
  /** Whom or what the event is about; the ordering key. */
  readonly subject: string;
  /** When it happened, RFC 3339. */
  readonly time: string;
  readonly datacontenttype?: string;
  readonly dataschema?: string;
  /** Where the data lies when the event was too large to carry it (claim check). */
  readonly dataref?: string;
  readonly tenantid?: string;
  /** Shared by everything that one cause set in motion. */
  readonly correlationid?: string;
  /** Id of the event that caused this one. */
  readonly causationid?: string;
  readonly traceparent?: string;
  readonly partitionkey?: string;
  readonly sequence?: string;
  /** When the collector accepted it, RFC 3339 with milliseconds. */
  readonly ingestedtime?: string;
  /** Names the one time that the collector took it in: copies of one acceptance are one event, sent on twice. */
  readonly acceptance?: string;
  readonly classification?: string;
  /** Whether `time` was set or corrected by the clock of the door that took the event in. */
  readonly doortime?: boolean;
  readonly data: Data;
}

/** An event of one type: what a schema's name stands for. */
export interface TypedEvent<Type extends string, Data> extends CloudEvent<Data> {
  readonly type: Type;
}
