"""The functions and types of PostgreSQL that a query may use. docs/sql.md lists them for people.

A function is listed if it reads only its arguments, or something that reveals nothing about other tables: the
clock, the version, the size of the database. Functions that take SQL, a file, a setting, another session, a
large object or a name to look up are not, nor are those with effects.
"""

from __future__ import annotations

from collections.abc import Mapping

_AGGREGATES = """
any_value array_agg avg bit_and bit_or bit_xor bool_and bool_or corr count covar_pop covar_samp every json_agg
json_object_agg jsonb_agg jsonb_object_agg max min mode percentile_cont percentile_disc range_agg
range_intersect_agg regr_avgx regr_avgy regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy
stddev stddev_pop stddev_samp string_agg sum var_pop var_samp variance
"""
_WINDOWS = """
cume_dist dense_rank first_value lag last_value lead nth_value ntile percent_rank rank row_number
"""
_NUMBERS = """
abs acos asin atan atan2 bit_count cbrt ceil ceiling cos cot degrees div exp floor gcd lcm ln log log10 min_scale
mod pi power radians random round scale sign sin sqrt tan trim_scale trunc width_bucket
"""
_TEXTS = """
ascii bit_length btrim casefold char_length character_length chr concat concat_ws decode encode format
gen_random_uuid hashtext hashtextextended initcap left length like_escape lower lpad ltrim md5
octet_length overlay position quote_ident quote_literal quote_nullable regexp_count regexp_instr
regexp_like regexp_match regexp_matches regexp_replace regexp_split_to_array regexp_split_to_table regexp_substr
repeat replace reverse right rpad rtrim sha224 sha256 sha384 sha512 similar_to_escape split_part starts_with
string_to_array string_to_table strpos substr substring to_bin to_hex to_oct translate upper uuid_extract_timestamp
uuid_extract_version uuidv4 uuidv7
"""
_TIMES = """
age clock_timestamp date_add date_bin date_part date_subtract date_trunc extract isfinite justify_days
justify_hours justify_interval make_date make_interval make_time make_timestamp make_timestamptz now overlaps
statement_timestamp timeofday timezone to_char to_date to_number to_timestamp transaction_timestamp
"""
_JSON = """
array_to_json json_array_elements json_array_elements_text json_array_length json_build_array json_build_object
json_each json_each_text json_extract_path json_extract_path_text json_object json_object_keys json_strip_nulls
json_to_record json_to_recordset json_typeof jsonb_array_elements jsonb_array_elements_text jsonb_array_length
jsonb_build_array jsonb_build_object jsonb_each jsonb_each_text jsonb_extract_path jsonb_extract_path_text
jsonb_insert jsonb_object jsonb_object_keys jsonb_path_exists jsonb_path_exists_tz jsonb_path_match
jsonb_path_match_tz jsonb_path_query jsonb_path_query_array jsonb_path_query_array_tz jsonb_path_query_first
jsonb_path_query_first_tz jsonb_path_query_tz jsonb_pretty jsonb_set jsonb_set_lax jsonb_strip_nulls
jsonb_to_record jsonb_to_recordset jsonb_typeof row_to_json to_json to_jsonb
"""
_SETS = """
array_append array_cat array_dims array_length array_lower array_ndims array_position array_positions
array_prepend array_remove array_replace array_to_string array_upper cardinality daterange generate_series
generate_subscripts int4range int8range isempty lower_inc lower_inf numrange range_merge trim_array tsrange
tstzrange unnest upper_inc upper_inf
"""
_ADDRESSES = (
    "abbrev broadcast family host hostmask inet_merge inet_same_family masklen netmask network set_masklen"
)
_SERVER = """
current_database num_nonnulls num_nulls pg_column_size pg_conf_load_time pg_current_wal_lsn pg_is_in_recovery
pg_last_wal_receive_lsn pg_last_wal_replay_lsn pg_last_xact_replay_timestamp pg_postmaster_start_time
pg_size_bytes pg_size_pretty pg_typeof pg_wal_lsn_diff version
"""

_TYPES = """
bit bool bpchar bytea char cidr date daterange datemultirange float4 float8 inet int2 int4 int4multirange int4range
int8 int8multirange int8range interval json jsonb jsonpath macaddr macaddr8 money name numeric nummultirange numrange
oid pg_lsn text time timestamp timestamptz timetz tsmultirange tsrange tstzmultirange tstzrange uuid varbit varchar
xid xid8
"""

BY_PURPOSE: Mapping[str, tuple[str, ...]] = {
    "aggregates": tuple(_AGGREGATES.split()),
    "window functions": tuple(_WINDOWS.split()),
    "numbers": tuple(_NUMBERS.split()),
    "text": tuple(_TEXTS.split()),
    "times": tuple(_TIMES.split()),
    "JSON": tuple(_JSON.split()),
    "arrays, ranges, series": tuple(_SETS.split()),
    "addresses": tuple(_ADDRESSES.split()),
    "the server": tuple(_SERVER.split()),
    # about one relation: the first argument is a listed name in quotes, 'public."Job"'
    "sizes of listed tables": (
        "pg_indexes_size",
        "pg_relation_size",
        "pg_table_size",
        "pg_total_relation_size",
    ),
    "sizes of this database": ("pg_database_size",),  # its argument is current_database()
}
OF_RELATIONS = frozenset(BY_PURPOSE["sizes of listed tables"])
FUNCTIONS = frozenset(name for names in BY_PURPOSE.values() for name in names)

# Functions in FROM that name their columns themselves; the single column of any other has the alias's name.
COLUMNS_OF: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(
        (
            "json_array_elements",
            "json_array_elements_text",
            "jsonb_array_elements",
            "jsonb_array_elements_text",
        ),
        ("value",),
    ),
    **dict.fromkeys(("json_each", "json_each_text", "jsonb_each", "jsonb_each_text"), ("key", "value")),
}

# The position (from 0) of the argument that determines the result's length: it must be a literal, and small.
LENGTHS: Mapping[str, int] = {"repeat": 1, "lpad": 1, "rpad": 1}
LONGEST = 1000

# PostgreSQL searches for one text in another without checking its time limit. The positions of the arguments
# that are searched for: they must be short.
SOUGHT: Mapping[str, tuple[int, ...]] = {
    "btrim": (1,),
    "ltrim": (1,),
    "position": (1,),
    "replace": (1,),
    "rtrim": (1,),
    "split_part": (1,),
    "string_to_array": (1,),
    "string_to_table": (1,),
    "strpos": (1,),
    "translate": (1, 2),
}
LONGEST_SOUGHT = 100  # characters

TYPES = frozenset(_TYPES.split())
SAMPLINGS = frozenset({"bernoulli", "system"})
