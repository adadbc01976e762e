/** Lua that Argo CD runs on an object to say how it is; `obj` is the object. Argo CD's documentation, «Resource Health». */
export type Script = string;

const START = `local hs = { status = "Progressing", message = "Its operator has not reported yet" }
local status = obj.status
if status == nil then return hs end
local seen = tonumber(status.observedGeneration or "")
if seen ~= nil and obj.metadata.generation ~= nil and seen < obj.metadata.generation then
  hs.message = "Its operator has not seen the newest version"
  return hs
end`;

const script = (...lines: readonly string[]): Script => [START, ...lines, 'return hs', ''].join('\n');

type Health = 'Healthy' | 'Degraded' | 'Progressing' | 'Suspended';

/** By one condition: healthy when true, and what `False` means. Without it the object is on its way. */
export const byCondition = (type: string, whenFalse: Health): Script =>
  script(`for _, condition in ipairs(status.conditions or {}) do
  if condition.type == "${type}" then
    hs.message = condition.message or condition.reason or ""
    if condition.status == "True" then hs.status = "Healthy" end
    if condition.status == "False" then hs.status = "${whenFalse}" end
  end
end`);

/** By conditions whose types are states themselves, as Strimzi has them: the last that is true counts. */
export const byState = (states: Readonly<Record<string, Health>>): Script =>
  script(`local states = { ${Object.entries(states)
    .map(([type, health]) => `["${type}"] = "${health}"`)
    .join(', ')} }
for _, condition in ipairs(status.conditions or {}) do
  if condition.status == "True" and states[condition.type] ~= nil then
    hs.status = states[condition.type]
    hs.message = condition.message or condition.reason or condition.type
  end
end`);

/** By one word in the status, with what each word means. */
export const byPhase = (field: string, phases: Readonly<Record<string, Health>>): Script =>
  script(`local phases = { ${Object.entries(phases)
    .map(([phase, health]) => `["${phase}"] = "${health}"`)
    .join(', ')} }
local phase = status.${field}
if phase ~= nil and phases[phase] ~= nil then hs.status = phases[phase] end
if phase ~= nil then hs.message = status.message or phase end`);

/** By a flag: true is healthy, false is not, and its absence means that nothing was decided yet. */
export const byFlag = (path: readonly string[]): Script =>
  script(`local here = status
for _, step in ipairs({ ${path.map((step) => `"${step}"`).join(', ')} }) do
  if here ~= nil then here = here[step] end
end
if here == true then
  hs.status = "Healthy"
  hs.message = ""
elseif here == false then
  hs.status = "Degraded"
  hs.message = status.message or "Its operator refused it"
end`);

/** By how many of the wanted instances there are. */
export const byInstances = (wanted: string, there: string): Script =>
  script(`local there = status.${there} or 0
local wanted = obj.spec.${wanted} or 1
hs.message = there .. " of " .. wanted .. " instances"
if there >= wanted then hs.status = "Healthy" end`);

/** As the Application says of all that it applies. Argo CD has none of its own for it, so waves of Applications would not wait. */
export const ofApplication: Script = script(`if status.health ~= nil and status.health.status ~= nil then
  hs.status = status.health.status
  hs.message = status.health.message or ""
end`);
