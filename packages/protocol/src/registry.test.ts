import { describe, expect, test } from 'bun:test';
import { type ErrorCode, ErrorCodeSchema, FrameType, FrameTypeSchema } from '@sotto/schema';
import { SottoError } from './errors.ts';
import { frameName, frames } from './registry.ts';

describe('frame registry (T7)', () => {
  test('[FRAME-3] every type of the schema is registered once, with the message of the same name', () => {
    const registered = Object.values(frames).map(({ type }) => type);
    const inSchema = FrameTypeSchema.values.map(({ number }) => number).filter((number) => number !== 0);
    expect(registered.toSorted((a, b) => a - b)).toEqual(inSchema);
    for (const [name, { type, schema }] of Object.entries(frames)) {
      expect(frameName(type)).toBe(name as keyof typeof frames);
      expect(schema.name.toUpperCase()).toBe((FrameType[type] ?? '').replaceAll('_', ''));
    }
  });

  test('[TRANSFER-1] F1: data of transfers are the one thing on lanes of files, of 64 in turn', () => {
    const lanes = new Set<number>();
    for (const [name, definition] of Object.entries(frames)) {
      expect(definition.lane, name).toBeLessThan(2);
      expect('laneOf' in definition, name).toBe(name === 'fileData');
    }
    for (let transfer = 1; transfer <= 1_000; transfer++) lanes.add(frames.fileData.laneOf({ transfer }));
    expect([lanes.size, Math.min(...lanes), Math.max(...lanes)]).toEqual([64, 2, 65]);
    expect([frames.fileData.laneOf({}), frames.fileData.laneOf({ transfer: 0 })]).toEqual([2, 2]);
  });

  test('[REQUEST-1] what answers a request is a frame of the server', () => {
    for (const definition of Object.values(frames)) {
      if (!('reply' in definition)) continue;
      expect(['server', 'either']).toContain(frames[definition.reply].from);
    }
  });
});

test('[ERROR-1] every error code has a meaning and a remedy', () => {
  for (const { number } of ErrorCodeSchema.values) {
    const { info, codeName } = new SottoError(number as ErrorCode);
    expect(info.meaning, codeName).toEndWith('.');
    expect(info.remedy, codeName).toEndWith('.');
  }
  expect(new SottoError(9_999 as ErrorCode).codeName).toBe('UNSPECIFIED');
});
