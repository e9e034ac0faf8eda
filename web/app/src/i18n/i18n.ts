import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import en from "./en.json";

const key = "vigil.language";

export const languages = { en: "English", ru: "Русский" } as const;
export type Language = keyof typeof languages;

const known = (value: string | null | undefined): value is Language => value === "en" || value === "ru";

function preferred(): Language {
  const stored = localStorage.getItem(key);
  if (known(stored)) return stored;
  return navigator.languages.map(each => each.slice(0, 2)).find(known) ?? "en";
}

// Texts of other languages than English are loaded when they are wanted.
async function load(language: Language) {
  if (language === "ru" && !i18next.hasResourceBundle("ru", "translation")) {
    i18next.addResourceBundle("ru", "translation", (await import("./ru.json")).default);
  }
  document.documentElement.lang = language;
  await i18next.changeLanguage(language);
}

export async function startTexts(): Promise<void> {
  await i18next.use(initReactI18next).init({
    resources: { en: { translation: en } },
    lng: "en",
    fallbackLng: "en",
    interpolation: { escapeValue: false },
    react: { transKeepBasicHtmlNodesFor: [] },
  });
  await load(preferred());
}

export async function setLanguage(language: Language): Promise<void> {
  localStorage.setItem(key, language);
  await load(language);
}
