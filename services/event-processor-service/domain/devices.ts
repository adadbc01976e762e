import type { AcceptedEvent, DEVICE_CLASSES } from '#catalog/events/index.ts';

export type DeviceClass = (typeof DEVICE_CLASSES)[number];

/** What the names of platforms and models that games send begin with; the first that fits decides. */
const signs = [
  ['tablet', /ipad|tablet|kindle|galaxy tab|\bsm-[tx]\d/],
  ['phone', /^(ios|iphone|ipod|android|phone|mobile|pixel)/],
  ['console', /^(ps\d|playstation|xbox|switch|nintendo|console|steam ?deck)/],
  ['web', /^(web|html5|browser|webgl)/],
  ['desktop', /^(pc|win|mac|osx|linux|desktop|steam)/],
] as const satisfies readonly (readonly [DeviceClass, RegExp])[];

const remembered = new Map<string, DeviceClass>();
const maxRemembered = 5000;
const maxModelLength = 64;

function classOf(name: string): DeviceClass | undefined {
  const plain = name.trim().toLowerCase();
  return signs.find(([, sign]) => sign.test(plain))?.[0];
}

/** A tablet says so in its model; otherwise the platform decides, and the model where there is no platform. */
function judge(platform: string, model: string): DeviceClass {
  const byModel = classOf(model);
  if (byModel === 'tablet') return 'tablet';
  return classOf(platform) ?? byModel ?? 'other';
}

/** Games send few platforms and models, and a pattern costs more than a look-up. */
export function deviceClassOf({
  platform = '',
  properties,
}: Pick<AcceptedEvent, 'platform' | 'properties'>): DeviceClass {
  const model = typeof properties.device_model === 'string' ? properties.device_model.slice(0, maxModelLength) : '';
  const key = `${platform}\n${model}`;
  const known = remembered.get(key);
  if (known) return known;
  const found = judge(platform, model);
  if (remembered.size >= maxRemembered) remembered.clear();
  remembered.set(key, found);
  return found;
}
