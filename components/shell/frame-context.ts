'use client';
import { createContext, useContext } from 'react';

/** What any part of a screen may ask of the frame around it. */
export type FrameControls = { openHelp(): void; openPalette(): void };

export const FrameContext = createContext<FrameControls>({ openHelp: () => undefined, openPalette: () => undefined });

export function useFrame(): FrameControls {
  return useContext(FrameContext);
}
