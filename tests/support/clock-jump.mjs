// Preloaded by a process under test: its wall clock jumps by CLOCK_JUMPS, a list of «after millis: by millis».
const realNow = Date.now;
const RealDate = Date;
const startedAt = performance.now();
const jumps = (process.env.CLOCK_JUMPS ?? '').split(',').map((jump) => jump.split(':').map(Number));

const offset = () => {
  const elapsed = performance.now() - startedAt;
  return jumps.filter(([after]) => elapsed >= after).at(-1)?.[1] ?? 0;
};

globalThis.Date = class extends RealDate {
  constructor(...values) {
    if (values.length === 0) super(realNow() + offset());
    else super(...values);
  }
  static now() {
    return realNow() + offset();
  }
};
