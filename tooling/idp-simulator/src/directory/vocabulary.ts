/** A name as its bearer writes it, and as it appears in an address. */
export interface Name {
  readonly written: string;
  readonly ascii: string;
}

type Names = readonly [Name, ...Name[]];

const name = (written: string, ascii: string): Name => ({ written, ascii });

export const givenNames: Names = [
  name('Ana', 'ana'),
  name('Zoë', 'zoe'),
  name('José', 'jose'),
  name('Łukasz', 'lukasz'),
  name('Søren', 'soren'),
  name('Nguyệt', 'nguyet'),
  name('美咲', 'misaki'),
  name('伟', 'wei'),
  name('Дарья', 'darya'),
  name('Γιώργος', 'giorgos'),
  name('فاطمة', 'fatima'),
  name('נועה', 'noa'),
  name('अदिति', 'aditi'),
  name('지우', 'jiwoo'),
  name('Jean-François', 'jean-francois'),
  name('Mary Ann', 'mary.ann'),
  name('Þórdís', 'thordis'),
  name('Ömer', 'omer'),
  name('Amélie', 'amelie'),
  name('Kwame', 'kwame'),
  name('Chloe', 'chloe'),
  name('Mateo', 'mateo'),
  name('Ingrid', 'ingrid'),
  name('Tunde', 'tunde'),
  name('Priya', 'priya'),
  name('Lars', 'lars'),
  name('Giulia', 'giulia'),
  name('Farid', 'farid'),
  name('Hana', 'hana'),
  name('Noah', 'noah'),
  name('Sinéad', 'sinead'),
  name('Tomáš', 'tomas'),
];

export const familyNames: Names = [
  name('Ito', 'ito'),
  name('Müller', 'mueller'),
  name('García Márquez', 'garcia'),
  name("O'Brien", "o'brien"),
  name('Ødegård', 'odegard'),
  name('Trần', 'tran'),
  name('佐藤', 'sato'),
  name('李', 'li'),
  name('Иванова', 'ivanova'),
  name('Παπαδόπουλος', 'papadopoulos'),
  name('الحسن', 'alhassan'),
  name('כהן', 'cohen'),
  name('शर्मा', 'sharma'),
  name('김', 'kim'),
  name('van der Berg', 'vanderberg'),
  name('Smith-Jones', 'smith-jones'),
  name('Guðmundsdóttir', 'gudmundsdottir'),
  name('Yılmaz', 'yilmaz'),
  name('Lefèvre', 'lefevre'),
  name('Mensah', 'mensah'),
  name('Nowak', 'nowak'),
  name('Silva', 'silva'),
  name('Lindqvist', 'lindqvist'),
  name('Okafor', 'okafor'),
  name('Patel', 'patel'),
  name('Jensen', 'jensen'),
  name('Rossi', 'rossi'),
  name('Rahimi', 'rahimi'),
  name('Novák', 'novak'),
  name('Williams', 'williams'),
  name("D'Angelo", "d'angelo"),
  name('Kovačević', 'kovacevic'),
];

export const departments = [
  'Engineering',
  'Finance',
  'Marketing',
  'Sales',
  'People & Culture',
  'Legal',
  'Recherche et développement',
  'Operations',
] as const;

export const titles = [
  'Analytics Engineer',
  'Data Engineer',
  'Business Analyst',
  'Team Lead',
  'Director',
  'Chargée de projet',
  'Solutions Architect',
  'Controller',
] as const;

interface City {
  readonly city: string;
  readonly country: string;
}

export const cities: readonly [City, ...City[]] = [
  { city: 'Zürich', country: 'CH' },
  { city: 'São Paulo', country: 'BR' },
  { city: 'Kraków', country: 'PL' },
  { city: 'Osaka', country: 'JP' },
  { city: 'Lagos', country: 'NG' },
  { city: 'Denver', country: 'US' },
];

export const locales = ['en-US', 'de-CH', 'pt-BR', 'pl-PL', 'ja-JP', 'fr-FR'] as const;

export const groupAreas = [
  'Data',
  'Finance',
  'Marketing',
  'Équipe Ventes',
  'Platform',
  'Security',
  'Customer',
  '数据',
  'Supply Chain',
  'R&D "Blue"',
] as const;

export const groupTeams = [
  'Analysts',
  'Engineers',
  'Editors',
  'Viewers',
  'Reviewers',
  'Leads',
  'Interns',
  'On-Call',
  'Modellers',
  'Stewards',
] as const;
