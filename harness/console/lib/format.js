// Times, durations and sizes as people read them. Pure: tested by `node --test`.

const kMinute = 60;
const kHour = 3600;
const kDay = 86400;
const pad = (number) => String(number).padStart(2, '0');

/** @param {string | number | Date | null | undefined} moment @returns {Date | null} */
export function to_date(moment) {
  if (moment === null || moment === undefined || moment === '') return null;
  // Platform times have microseconds, of which Date takes the first three digits only.
  const date = new Date(typeof moment === 'string' ? moment.replace(/(\.\d{3})\d+/, '$1') : moment);
  return Number.isNaN(date.getTime()) ? null : date;
}

/** "2026-03-01", in UTC as all times of the platform. */
export function day(moment) {
  const date = to_date(moment);
  return date ? `${date.getUTCFullYear()}-${pad(date.getUTCMonth() + 1)}-${pad(date.getUTCDate())}` : '';
}

/** "03:12:07" */
export function time_of_day(moment) {
  const date = to_date(moment);
  return date ? `${pad(date.getUTCHours())}:${pad(date.getUTCMinutes())}:${pad(date.getUTCSeconds())}` : '';
}

/** "2026-03-01 03:12:07" */
export const full_time = (moment) => (to_date(moment) ? `${day(moment)} ${time_of_day(moment)}` : '');

/** "12m2s", "1d 3h", "250ms" of seconds; the two largest units. */
export function duration(seconds) {
  if (!Number.isFinite(seconds)) return '';
  const sign = seconds < 0 ? '-' : '';
  const value = Math.abs(seconds);
  if (value > 0 && value < 1) return `${sign}${Math.max(1, Math.round(value * 1000))}ms`;
  const whole = Math.round(value);
  const [d, h, m, s] = [
    Math.floor(whole / kDay),
    Math.floor((whole % kDay) / kHour),
    Math.floor((whole % kHour) / kMinute),
    whole % 60,
  ];
  if (d) return `${sign}${d}d${h ? ` ${h}h` : ''}`;
  if (h) return `${sign}${h}h${m ? `${m}m` : ''}`;
  if (m) return `${sign}${m}m${s ? `${s}s` : ''}`;
  return `${sign}${s}s`;
}

/** "4 ms", "1.2 s" of milliseconds. */
export function milliseconds(value) {
  if (!Number.isFinite(value)) return '';
  if (value >= 1000) return `${(value / 1000).toFixed(value < 10000 ? 1 : 0)} s`;
  return value >= 10 || value === 0 ? `${Math.round(value)} ms` : `${value.toFixed(1)} ms`;
}

/** "in 12m2s", "3h5m ago", "now". */
export function relative(moment, now) {
  const [date, from] = [to_date(moment), to_date(now)];
  if (!date || !from) return '';
  const seconds = Math.round((date - from) / 1000);
  if (seconds === 0) return 'now';
  return seconds > 0 ? `in ${duration(seconds)}` : `${duration(-seconds)} ago`;
}

/** "12 B", "3.4 KiB", "64 MiB" */
export function bytes(count) {
  const units = ['B', 'KiB', 'MiB', 'GiB'];
  let value = count;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) [value, unit] = [value / 1024, unit + 1];
  return `${unit && value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

/** "1 project", "2 projects" */
export const counted = (number, one, many = `${one}s`) => `${number} ${number === 1 ? one : many}`;
