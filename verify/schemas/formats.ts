import type { Format } from 'ajv';

const INT32_MAX = 2_147_483_647;

/** A duration as Go writes it: `1h30m`, `500ms`; OpenAPI's `duration` in CRDs means this, not ISO 8601. */
const GO_DURATION =
  /^[+-]?(?:0|(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|ms|s|m|h)(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|ms|s|m|h))*)$/;
const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.|$)){4}$/;
const IPV6 = /^[0-9a-fA-F:.]*:[0-9a-fA-F:.]*$/;

const number = (validate: (value: number) => boolean): Format => ({ type: 'number', validate });

/** Formats that the API server knows (k8s.io/kube-openapi, pkg/validation/strfmt); the others are annotations to it. */
export const formats: Readonly<Record<string, Format>> = {
  int32: number((value) => Number.isInteger(value) && Math.abs(value) <= INT32_MAX),
  int64: number((value) => Number.isInteger(value)),
  float: number(Number.isFinite),
  double: number(Number.isFinite),
  byte: BASE64,
  'date-time': RFC3339,
  duration: GO_DURATION,
  ipv4: IPV4,
  ipv6: IPV6,
};
