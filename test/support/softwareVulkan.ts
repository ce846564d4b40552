import {existsSync} from 'node:fs';

/** Where Debian's Chromium keeps its Vulkan loader and SwiftShader, a Vulkan device in software. */
const chromium = '/usr/lib/chromium';
const swiftShader = `${chromium}/vk_swiftshader_icd.json`;

/**
 * Environment variables with which WebGPU finds a device in software, on a machine without a Vulkan driver of its own.
 *
 * Variables for the test processes at their start: the loader of shared libraries does not look at later ones.
 */
export function softwareVulkan(): Record<string, string> {
  const {VK_ICD_FILENAMES, LD_LIBRARY_PATH, XDG_RUNTIME_DIR = '/tmp'} = process.env;
  const hasDriver = VK_ICD_FILENAMES || ['/etc', '/usr/share'].some((root) => existsSync(`${root}/vulkan/icd.d`));
  if (hasDriver || !existsSync(swiftShader)) return {};
  return {
    VK_ICD_FILENAMES: swiftShader,
    LD_LIBRARY_PATH: [LD_LIBRARY_PATH, chromium].filter(Boolean).join(':'),
    XDG_RUNTIME_DIR,
  };
}
