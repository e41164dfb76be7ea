//! Made-up files in the usual forms of statistical offices, with what is written of each, or why it is refused.

use encoding_rs::Encoding;

/// What comes of a file.
pub enum Comes {
    /// These stand in what is written.
    Says(&'static [&'static str]),
    /// It is refused with this.
    Refused(&'static str),
}

use Comes::{Refused, Says};

/// The name of a file, its text, in which encoding it is, and what comes of it.
pub type Form = (&'static str, &'static str, &'static Encoding, Comes);

/// Each form.
#[rustfmt::skip]
pub fn forms() -> Vec<Form> {
    vec![
        (
            "eurostat.tsv",
            "freq,reporter,partner,product,flow,indicators\\TIME_PERIOD\t2024-01 \t2024-02 \t2024-03 \nM,DE,US,27090010,1,VALUE_IN_EUROS\t123456 \t234567 p\t: \nM,DE,US,84112280,1,VALUE_IN_EUROS\t99 \t: c\t12345678 \nM,DE,US,87032319,1,VALUE_IN_EUROS\t5000 \t6000 \t7000 e\n",
            encoding_rs::UTF_8,
            Says(&["form = \"eurostat-tsv\"", "\"{YYYY}-{MM}\"", "lengths = [8]", "\"p\" = \"preliminary\"", "\"US\" = \"USA\"", "7 figures"]),
        ),
        (
            "oecd.csv",
            "STRUCTURE,STRUCTURE_ID,ACTION,REF_AREA,FREQ,MEASURE,UNIT_MEASURE,COUNTERPART_AREA,COMMODITY,TIME_PERIOD,OBS_VALUE,OBS_STATUS,UNIT_MULT,DECIMALS\nDATAFLOW,OECD.SDD.TPS:DSD_BIMTS@DF_BIMTS(1.0),I,AUS,A,IMP,USD,USA,HS_1201,2022,1234.5,A,3,1\nDATAFLOW,OECD.SDD.TPS:DSD_BIMTS@DF_BIMTS(1.0),I,AUS,A,IMP,USD,USA,HS_1201,2023,2345.5,A,3,1\nDATAFLOW,OECD.SDD.TPS:DSD_BIMTS@DF_BIMTS(1.0),I,AUS,A,IMP,USD,CHN,HS_1201,2022,34.5,P,3,1\n",
            encoding_rs::UTF_8,
            Says(&["form = \"sdmx-csv\"", "column = \"COUNTERPART_AREA\"", "unit   = \"thousand USD\"", "3 figures"]),
        ),
        (
            "ecb.csv",
            "KEY,FREQ,REF_AREA,ADJUSTMENT,TRD_FLOW,TRD_PRODUCT,COUNT_AREA,STS_INSTITUTION,TRD_SUFFIX,TIME_PERIOD,OBS_VALUE,OBS_STATUS,OBS_CONF,UNIT,UNIT_MULT,TITLE\nTRD.M.I9.Y.M.TTT.US.4.VAL,M,I9,N,M,TTT,US,4,VAL,2024-01,30123.4,A,F,EUR,6,Euro area imports\nTRD.M.I9.Y.M.TTT.US.4.VAL,M,I9,N,M,TTT,US,4,VAL,2024-02,29123.1,A,F,EUR,6,Euro area imports\n",
            encoding_rs::UTF_8,
            Says(&["column = \"COUNT_AREA\"", "unit   = \"m EUR\"", "\"M\" = \"imports\"", "2 figures"]),
        ),
        (
            "comtrade.csv",
            "typeCode,freqCode,refPeriodId,refYear,refMonth,period,reporterCode,reporterISO,reporterDesc,flowCode,flowDesc,partnerCode,partnerISO,partnerDesc,partner2Code,classificationCode,cmdCode,cmdDesc,aggrLevel,qtyUnitCode,qtyUnitAbbr,qty,netWgt,cifvalue,fobvalue,primaryValue\nC,A,20230101,2023,52,2023,156,CHN,China,M,Import,842,USA,USA,0,H6,120190,Soya beans,6,8,kg,24170000000,24170000000,14000000000,,14000000000\nC,A,20230101,2023,52,2023,156,CHN,China,M,Import,76,BRA,Brazil,0,H6,120190,Soya beans,6,8,kg,69950000000,69950000000,41000000000,,41000000000\n",
            encoding_rs::UTF_8,
            Says(&["column = \"primaryValue\"", "column = \"cmdCode\"", "column = \"partnerISO\"", "format = \"year\"", "2 figures"]),
        ),
        (
            "comtrade-legacy.csv",
            "Classification,Year,Period,Period Desc.,Aggregate Level,Is Leaf Code,Trade Flow Code,Trade Flow,Reporter Code,Reporter,Reporter ISO,Partner Code,Partner,Partner ISO,Commodity Code,Commodity,Qty Unit Code,Qty Unit,Qty,Netweight (kg),Trade Value (US$),Flag\nHS,2017,2017,2017,6,1,1,Import,156,China,CHN,842,United States of America,USA,120190,Soya beans,8,Weight in kilograms,32854000000,32854000000,13944000000,0\nHS,2017,2017,2017,6,1,1,Import,156,China,CHN,76,Brazil,BRA,120190,Soya beans,8,Weight in kilograms,50930000000,50930000000,20920000000,0\n",
            encoding_rs::UTF_8,
            Says(&["column = \"Commodity Code\"", "column = \"Trade Value (US$)\"", "unit   = \"USD\"", "2 figures"]),
        ),
        (
            "census.json",
            "[[\"E_COMMODITY\",\"E_COMMODITY_SDESC\",\"CTY_CODE\",\"CTY_NAME\",\"ALL_VAL_MO\",\"QTY_1_MO\",\"UNIT_QY1\",\"YEAR\",\"MONTH\",\"time\"],\n[\"1201900095\",\"SOYBEANS\",\"5700\",\"CHINA\",\"512345678\",\"1234567\",\"T\",\"2024\",\"01\",\"2024-01\"],\n[\"1201900095\",\"SOYBEANS\",\"5700\",\"CHINA\",\"412345678\",\"1034567\",\"T\",\"2024\",\"02\",\"2024-02\"],\n[\"1005902030\",\"CORN\",\"5700\",\"CHINA\",\"12345678\",\"54321\",\"T\",\"2024\",\"02\",\"2024-02\"]]\n",
            encoding_rs::UTF_8,
            Says(&["form = \"json\"", "column = \"ALL_VAL_MO\"", "lengths = [10]", "column = \"QTY_1_MO\"", "3 figures"]),
        ),
        (
            "japan.csv",
            "年月,品目コード,品名,国名,数量(kg),金額(千円)\n2024-01,271111000,液化天然ガス,アメリカ合衆国,1000,50000\n2024-02,271111000,液化天然ガス,アメリカ合衆国,1200,60000\n",
            encoding_rs::SHIFT_JIS,
            Says(&["encoding = \"shift_jis\"   # CHECK", "unit   = \"thousand JPY\"", "column = \"国名\"", "lengths = [9]", "2 figures"]),
        ),
        (
            "gacc.csv",
            "数据年月,商品编码,商品名称,贸易伙伴编码,贸易伙伴名称,第一数量,第一计量单位,第二数量,第二计量单位,美元\n202401,12019010,黄大豆,502,美国,\"1,234,567\",千克,0,-,\"987,654\"\n202402,12019010,黄大豆,502,美国,\"2,234,567\",千克,0,-,\"1,987,654\"\n",
            encoding_rs::GB18030,
            Says(&["encoding = \"gb18030\"   # CHECK", "column = \"美元\"", "thousands = \",\"", "2 figures"]),
        ),
        (
            "swiss.csv",
            "Numéro de tarif;Pays partenaire;Flux;Mois;Quantité (kg);Valeur (CHF)\n3004.9000;Etats-Unis;Importation;01.2024;1'234.5;2'345'678\n3004.9000;Etats-Unis;Exportation;01.2024;234.0;12'345'678\n",
            encoding_rs::WINDOWS_1252,
            Says(&["drop = \".\"", "thousands = \"'\"", "\"Exportation\" = \"exports\"", "\"{MM}.{YYYY}\"", "unit   = \"CHF\"", "2 figures"]),
        ),
        (
            "indec.csv",
            "\"Año\";\"Mes\";\"NCM\";\"Pdes\";\"Pnet(kg)\";\"FOB(u$s)\"\n2024;1;12019000;310;             123456,78;              98765,43\n2024;2;12019000;310;             223456,78;             198765,43\n2024;2;10059010;212;             323456,00;             298765,00\n",
            encoding_rs::WINDOWS_1252,
            Says(&["columns = [\"Año\", \"Mes\"]", "column = \"NCM\"", "decimal = \",\"", "column = \"FOB(u$s)\"", "2 figures"]),
        ),
        (
            "statcan.csv",
            "\"REF_DATE\",\"GEO\",\"DGUID\",\"Trade\",\"Basis\",\"Seasonal adjustment\",\"Principal trading partners\",\"UOM\",\"UOM_ID\",\"SCALAR_FACTOR\",\"SCALAR_ID\",\"VECTOR\",\"COORDINATE\",\"VALUE\",\"STATUS\",\"SYMBOL\",\"TERMINATED\",\"DECIMALS\"\n\"2024-01\",\"Canada\",\"2016A000011124\",\"Import\",\"Customs\",\"Unadjusted\",\"United States\",\"Dollars\",\"81\",\"millions\",\"6\",\"v1\",\"1.1\",\"30123.4\",\"\",\"\",\"\",\"1\"\n\"2024-02\",\"Canada\",\"2016A000011124\",\"Import\",\"Customs\",\"Unadjusted\",\"United States\",\"Dollars\",\"81\",\"millions\",\"6\",\"v1\",\"1.1\",\"31123.4\",\"\",\"\",\"\",\"1\"\n\"2024-01\",\"Canada\",\"2016A000011124\",\"Export\",\"Customs\",\"Unadjusted\",\"United States\",\"Dollars\",\"81\",\"millions\",\"6\",\"v2\",\"2.1\",\"45123.4\",\"\",\"\",\"\",\"1\"\n",
            encoding_rs::UTF_8,
            Says(&["unit   = \"CHECK\"", "column = \"Principal trading partners\"", "column = \"REF_DATE\"", "3 figures"]),
        ),
        (
            "brazil.csv",
            "\"CO_ANO\";\"CO_MES\";\"CO_NCM\";\"CO_UNID\";\"CO_PAIS\";\"SG_UF_NCM\";\"CO_VIA\";\"CO_URF\";\"QT_ESTAT\";\"KG_LIQUIDO\";\"VL_FOB\"\n\"2024\";\"01\";\"12019000\";\"10\";\"160\";\"MT\";\"01\";\"0817800\";\"1000\";\"1000000\";\"512345\"\n\"2024\";\"01\";\"12019000\";\"10\";\"160\";\"GO\";\"01\";\"0817800\";\"2000\";\"2000000\";\"1012345\"\n\"2024\";\"02\";\"12019000\";\"10\";\"249\";\"MT\";\"01\";\"0817800\";\"3000\";\"3000000\";\"1512345\"\n",
            encoding_rs::UTF_8,
            Says(&["columns = [\"CO_ANO\", \"CO_MES\"]", "column = \"VL_FOB\"", "duplicates = \"sum\"   # CHECK", "`SG_UF_NCM`", "column = \"CO_NCM\""]),
        ),
        (
            "page.html",
            "<html><head><title>Exports</title></head><body><h1>U.S. exports to China</h1><table><caption>Millions of US dollars</caption><tr><th>HS code</th><th>Product</th><th>2022</th><th>2023</th><th>2024</th></tr><tr><td>1201</td><td>Soybeans</td><td>17,923</td><td>15,059</td><td>12,642</td></tr><tr><td>2709</td><td>Crude oil</td><td>5,012</td><td>9,012</td><td>6,012</td></tr><tr><td>Total</td><td></td><td>22,935</td><td>24,071</td><td>18,654</td></tr></table></body></html>",
            encoding_rs::UTF_8,
            Says(&["form = \"html\"", "is = [\"Total\"]", "thousands = \",\"", "6 figures"]),
        ),
        (
            "months.csv",
            "HS Code,Description,Unit,Jan-24,Feb-24,Mar-24\n1201,Soya,US$ thousand,1200.5,1300.5,1400.5\n1005,Maize,US$ thousand,200.5,300.5,400.5\n",
            encoding_rs::UTF_8,
            Says(&["\"{MON}-{YY}\"", "unit   = \"thousand USD\"", "6 figures"]),
        ),
        (
            "months-with-points.csv",
            "HS Code,Description,Jan. 2024,Feb. 2024,Mar. 2024\n1201,Soya,1200.5,1300.5,1400.5\n1005,Maize,200.5,300.5,400.5\n",
            encoding_rs::UTF_8,
            Says(&["\"{MON} {YYYY}\"", "6 figures"]),
        ),
        (
            "commas.csv",
            "Warenverzeichnis;Land;2022;2023\nWA27090090;Vereinigte Staaten;1.234.567,50;2.345.678,00\nWA84112280;Vereinigte Staaten;234.567,50;345.678,00\n",
            encoding_rs::WINDOWS_1252,
            Says(&["decimal = \",\"", "thousands = \".\"", "4 figures"]),
        ),
        (
            "spaces.csv",
            "Code NC8;Libellé;Pays;Période;Valeur (euros)\n88024000;Avions;États-Unis;2024-01;1 234 567 890\n88024000;Avions;États-Unis;2024-02;2 234 567 890\n30049000;Médicaments;États-Unis;2024-01;234 567 890\n",
            encoding_rs::WINDOWS_1252,
            Says(&["thousands = \" \"", "unit   = \"EUR\"", "column = \"Pays\"", "3 figures"]),
        ),
        (
            "wide.csv",
            "Month\tHS6\tPartner\tValue (USD)\n2024-01\t120190\tChina\t123456\n2024-02\t120190\tChina\t223456\n",
            encoding_rs::UTF_16LE,
            Says(&["encoding = \"utf-16\"", "separator = \"\\t\"", "2 figures"]),
        ),
        (
            "cyrillic.csv",
            "Период;Код ТН ВЭД;Страна;Стоимость (тыс. долл. США)\n2021-01;2709;Китай;1234,5\n2021-02;2709;Китай;2234,5\n",
            encoding_rs::WINDOWS_1251,
            Says(&["encoding = \"windows-1251\"", "unit   = \"thousand USD\"", "2 figures"]),
        ),
        (
            "polish.csv",
            "Okres;Kod CN;Kraj;Wartość (tys. EUR)\n2024-01;27090010;Stany Zjednoczone;1234,5\n2024-02;27090010;Stany Zjednoczone;2234,5\n",
            encoding_rs::WINDOWS_1250,
            Says(&["encoding = \"windows-1250\"", "unit   = \"thousand EUR\"", "2 figures"]),
        ),
        (
            "quarters.csv",
            "Commodity;Q1 2024;Q2 2024;Q3 2024\nWheat (t);123;234;345\nMaize (t);1123;1234;1345\n",
            encoding_rs::UTF_8,
            Says(&["\"Q{Q} {YYYY}\"", "6 figures"]),
        ),
        (
            "two-headers.csv",
            "Country,2023,2023,2024,2024\n,Exports,Imports,Exports,Imports\nUnited States,500,300,510,310\nChina,200,600,210,610\n",
            encoding_rs::UTF_8,
            Says(&["header_rows = 2", "\"{YYYY} Exports\"", "not read: `2023 Imports`, `2024 Imports`"]),
        ),
        (
            "fiscal.csv",
            "HSCode,Commodity,2022-2023,2023-2024,%Growth\n2709,CRUDE,\"1,234.50\",\"2,345.60\",90.0\n7102,DIAMONDS,\"3,234.50\",\"4,345.60\",34.3\n",
            encoding_rs::UTF_8,
            Refused("years that span two"),
        ),
        (
            "fiscal-fy.csv",
            "HS Code,Item,FY2022,FY2023,FY2024\n2709,Crude,1234,2345,3456\n7102,Diamonds,3234,4345,5456\n",
            encoding_rs::UTF_8,
            Refused("fiscal years (`FY2022`)"),
        ),
        (
            "fiscal-or-months.csv",
            "HS Code,Item,2009-10,2010-11,2011-12\n2709,Crude,1,2,3\n",
            encoding_rs::UTF_8,
            Refused("years that span two"),
        ),
        (
            "fiscal-column.csv",
            "Year,HS Code,Value (USD)\n2009-10,2709,5\n2010-11,2709,6\n",
            encoding_rs::UTF_8,
            Refused("years that span two"),
        ),
        (
            "flows.csv",
            "PERIOD,REPORTER,REPORTER_LAB,PARTNER,PARTNER_LAB,PRODUCT,FLOW,VALUE_EUR,QUANTITY_KG\n202401,004,Germany,0400,United States,27090010,1,123456,234567\n202402,004,Germany,0400,United States,27090010,1,223456,334567\n202402,004,Germany,0400,United States,27090010,2,3456,4567\n",
            encoding_rs::UTF_8,
            Refused("names flows that are not known: `1`, `2`"),
        ),
        (
            "statcan-wide.csv",
            "\"Merchandise imports and exports, customs-based, by Harmonized commodity code\"\n\"Monthly\"\n\"Table: 12-10-0144-01\"\n\"Geography: Canada\"\n\n\"Trade\",\"Partner\",\"January 2024\",\"February 2024\",\"March 2024\"\n\"\",\"\",\"Dollars (x 1,000,000)\"\n\"Import\",\"United States\",\"30,123.4\",\"31,222.1\",\"29,999.0\"\n\"Export\",\"United States\",\"45,123.4\",\"46,222.1\",\"44,999.0\"\n\n\"Footnotes:\"\n\"1\",\"Data are revised.\"\n",
            encoding_rs::UTF_8,
            Refused("`Dollars (x 1,000,000)` in it is none"),
        ),
        (
            "shares.csv",
            "Country,Year,Share of exports (%)\nUnited States,2023,12.5\nUnited States,2024,13.5\n",
            encoding_rs::UTF_8,
            Refused("no column of it is named as figures of trade"),
        ),
        (
            "roc.csv",
            "年月,貨品號列,中文品名,國家,數量,美元(千元)\n113年01月,85423100,積體電路,美國,1000,50000\n113年02月,85423100,積體電路,美國,1200,60000\n",
            encoding_rs::UTF_8,
            Refused("no column says of which period"),
        ),
        (
            "counted.csv",
            "Exports|Annual Data,,,,,,\nData Row Count,2,,,,,\nHTS Number,Country,2020,2021,2022,2023,2024\n0101,China,5,6,7,8,9\n0102,China,7,8,9,10,11\n",
            encoding_rs::UTF_8,
            Says(&["row_count = \"Data Row Count\"", "10 figures"]),
        ),
        (
            "cut.csv",
            "Exports|Annual Data,,,,,,\nData Row Count,9,,,,,\nHTS Number,Country,2020,2021,2022,2023,2024\n0101,China,5,6,7,8,9\n0102,China,7,8,9,10,11\n",
            encoding_rs::UTF_8,
            Says(&["its title says that it has 9 rows, and 2 stand in it"]),
        ),
    ]
}
