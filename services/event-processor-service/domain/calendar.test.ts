import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Calendar, dayName } from './calendar.ts';

const zones = ['UTC', 'Europe/Berlin', 'Asia/Kathmandu', 'America/Sao_Paulo', 'Pacific/Apia', 'Australia/Lord_Howe'];

describe('a calendar of a time zone', () => {
  test.each(zones)('gives the day that the clocks of %s show, at every moment', (timeZone) => {
    const calendar = new Calendar(timeZone);
    const shown = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' });
    const moments = fc.date({
      min: new Date('2010-01-01T00:00:00Z'),
      max: new Date('2035-01-01T00:00:00Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(moments, (moment) => expect(dayName(calendar.dayOf(moment.getTime()))).toBe(shown.format(moment))),
    );
  });

  test('knows the day that Samoa left out and the night that Brazil turned back', () => {
    expect(dayName(new Calendar('Pacific/Apia').dayOf(Date.parse('2011-12-30T10:00:00Z')))).toBe('2011-12-31');
    const brazil = new Calendar('America/Sao_Paulo');
    expect(dayName(brazil.dayOf(Date.parse('2018-02-18T01:59:59.999Z')))).toBe('2018-02-17');
    expect(dayName(brazil.dayOf(Date.parse('2018-02-18T02:00:00.000Z')))).toBe('2018-02-17');
    expect(dayName(brazil.dayOf(Date.parse('2018-02-18T03:00:00.000Z')))).toBe('2018-02-18');
  });
});
