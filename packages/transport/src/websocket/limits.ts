/** Longest message that a sender makes of the byte stream [WS-4]: the longest whose length takes two bytes. */
export const MESSAGE_MAX_BYTES = 65_535;
